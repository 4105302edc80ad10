package connectors

import (
	"net"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/idna"

	"tonfall/internal/egress"
	"tonfall/profile"
)

// topLevel is what the end of a server's name looks like. What begins with a
// digit is an address in one of its many spellings, and no server of people.
var topLevel = regexp.MustCompile(`^[a-z]([a-z0-9-]*[a-z0-9])?$`)

// instanceHost reads which server of the Fediverse a person means: from
// "@anna@mastodon.social", "https://mastodon.social/@anna", "mastodon.social",
// also with letters beyond ASCII. The answer is a host name in lower case and
// ASCII; with loopback also a host and port of this machine. Invalid, with a
// sentence for the person, where it cannot be one.
func instanceHost(typed string, loopback bool) (string, error) {
	text := strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f || (r >= 0x200b && r <= 0x200f) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) || r == 0xfeff {
			return -1 // phones copy invisible marks along
		}
		return r
	}, typed)
	wrong := profile.Errorf(profile.Invalid, "%.60q is not the address of a server; please type yours, such as mastodon.social, or your whole name there, such as @anna@mastodon.social", text)
	text = strings.TrimPrefix(text, "acct:")
	if strings.Contains(text, "://") {
		u, err := url.Parse(text)
		if err != nil || u.User != nil {
			return "", wrong
		}
		text = u.Host
	} else {
		text, _, _ = strings.Cut(text, "/")
		text = text[strings.LastIndex(text, "@")+1:]
	}
	host := strings.TrimSuffix(strings.TrimSuffix(text, ":443"), ".")
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	if egress.Loopback(name) {
		if loopback {
			return strings.ToLower(host), nil
		}
		return "", wrong
	}
	names := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))
	ascii, err := names.ToASCII(host)
	if err != nil {
		return "", wrong
	}
	dot := strings.LastIndex(ascii, ".")
	if dot < 1 || !topLevel.MatchString(ascii[dot+1:]) {
		return "", wrong
	}
	return ascii, nil
}
