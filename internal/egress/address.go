package egress

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
)

// special are the ranges that are not the public internet: the IANA
// special-purpose registries for IPv4 and IPv6
// (https://www.iana.org/assignments/iana-ipv4-special-registry,
// https://www.iana.org/assignments/iana-ipv6-special-registry), multicast, and
// the IPv6 ranges that carry an IPv4 address inside, through which a gateway
// would reach a private one.
var special = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
	"172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"2001::/23",     // IETF protocols, Teredo among them
	"2001:db8::/32", // documentation
	"2002::/16",     // 6to4
	"2620:4f:8000::/48", "3fff::/20",
)

// public6 is the only range that IPv6 hands out to the public internet; what
// lies outside (::1, IPv4-compatible, NAT64, unique local, link-local,
// multicast) is refused as a whole.
var public6 = netip.MustParsePrefix("2000::/3")

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		list[i] = netip.MustParsePrefix(t)
	}
	return list
}

// Public reports whether an address belongs to the public internet.
func Public(a netip.Addr) bool {
	a = a.Unmap() // ::ffff:127.0.0.1 is 127.0.0.1
	if !a.IsValid() || a.Zone() != "" || (a.Is6() && !public6.Contains(a)) {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// Loopback reports whether a host, as it stands in a URL without its port,
// can only mean this machine.
func Loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") { // RFC 6761 section 6.3
		return true
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && a.Unmap().IsLoopback()
}

// checkURL refuses what needs no lookup to be refused.
func (g *guard) checkURL(u *url.URL) error {
	switch {
	case u.Hostname() == "":
		return &Refused{"the address has no host"}
	case u.User != nil:
		return &Refused{"the address holds a user name"}
	case u.Scheme == "https", g.allowed(u):
		return nil
	case u.Scheme == "http" && g.options.AllowLoopback && Loopback(u.Hostname()):
		return nil
	}
	return &Refused{"only https is allowed"}
}

// dial connects to host:port. The check sits behind the lookup, at the socket
// itself, so that a name that answers differently each time gains nothing.
func (g *guard) dial(ctx context.Context, network, target string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(target)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: dialTimeout, Resolver: g.options.Resolver}
	d.Control = func(_, address string, _ syscall.RawConn) error { return g.checkAddress(host, target, address) }
	return d.DialContext(ctx, network, target)
}

// checkAddress judges the numeric address that is about to be connected to.
func (g *guard) checkAddress(host, target, address string) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Refused{"the address cannot be read"}
	}
	ip := a.Addr().Unmap()
	switch {
	case g.configured(target), g.options.AllowLoopback && ip.IsLoopback():
		return nil
	case Loopback(host):
		// Plain http is permitted to these names, so they must stay here.
		return &Refused{"the address lies on this machine"}
	case Public(ip):
		return nil
	}
	return &Refused{"the address is not a public one"}
}

// configured reports whether host:port is one that the operator named.
func (g *guard) configured(target string) bool {
	for _, base := range g.options.AllowHosts {
		if b, err := url.Parse(base); err == nil && hostPort(b) == strings.ToLower(target) {
			return true
		}
	}
	return false
}

// hostPort is a URL's host and port in lower case, the port never left out.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[u.Scheme]
	}
	return strings.ToLower(net.JoinHostPort(u.Hostname(), port))
}
