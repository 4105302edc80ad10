package egress

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// victim is a server on loopback that counts connections.
func victim(t *testing.T, h http.HandlerFunc) (port string, connections *atomic.Int32) {
	t.Helper()
	connections = new(atomic.Int32)
	server := httptest.NewUnstartedServer(h)
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port, connections
}

// names is a DNS server in memory, whose answer may change with each lookup,
// counted from 1.
func names(answer func(lookup int) netip.Addr) *net.Resolver {
	var asked4, asked6 atomic.Int32 // a lookup asks once for each kind of address
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			for {
				// Over a stream each message has its length before it (RFC 1035 section 4.2.2).
				var size [2]byte
				if _, err := io.ReadFull(theirs, size[:]); err != nil {
					return
				}
				raw := make([]byte, int(size[0])<<8|int(size[1]))
				if _, err := io.ReadFull(theirs, raw); err != nil {
					return
				}
				var m dnsmessage.Message
				if m.Unpack(raw) != nil {
					return
				}
				m.Response, m.Additionals = true, nil
				q := m.Questions[0]
				header := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, Type: q.Type}
				switch q.Type {
				case dnsmessage.TypeA:
					if a := answer(int(asked4.Add(1))); a.Is4() {
						m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: a.As4()}}}
					}
				case dnsmessage.TypeAAAA:
					if a := answer(int(asked6.Add(1))); a.Is6() {
						m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}}}
					}
				}
				packed, err := m.Pack()
				if err != nil {
					return
				}
				_, _ = theirs.Write(append([]byte{byte(len(packed) >> 8), byte(len(packed))}, packed...))
			}
		}()
		return ours, nil
	}}
}

func TestNoFormOfAPrivateAddressIsConnectedTo(t *testing.T) {
	port, connections := victim(t, func(http.ResponseWriter, *http.Request) {})
	client := New(Options{Timeout: 2 * time.Second, Resolver: names(func(int) netip.Addr { return netip.MustParseAddr("127.0.0.1") })})
	for _, host := range []string{
		"127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST.", "app.localhost", "0.0.0.0", "[::]", "[::1]",
		"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001::7f00:1]",
		"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[fd00:ec2::254]",
		"100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1",
		"[ff02::1]", "[2001:db8::1]", "[100::1]", "[fec0::1]",
		"2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "１２７.0.0.1",
		"rebind.example", "127.0.0.1.nip.example",
	} {
		answer, err := client.Get("https://" + host + ":" + port + "/")
		if err == nil {
			answer.Body.Close()
			t.Errorf("%s was answered", host)
			continue
		}
		var refused *Refused
		var unknown *net.DNSError
		if !errors.As(err, &refused) && !errors.As(err, &unknown) && !strings.Contains(err.Error(), "invalid") {
			t.Errorf("%s failed by chance, not by the guard: %v", host, err)
		}
	}
	if n := connections.Load(); n != 0 {
		t.Errorf("%d connections seen", n)
	}
}

func TestPublicAddressesArePublic(t *testing.T) {
	for text, want := range map[string]bool{
		"1.1.1.1": true, "93.184.215.14": true, "172.32.0.1": true, "100.128.0.1": true, "2606:2800:21f:cb07:6820:80da:af6b:8b2c": true, "::ffff:8.8.8.8": true,
		"172.31.0.1": false, "::ffff:10.0.0.1": false, "2001:db8::1": false, "fe80::1%eth0": false, "4000::1": false,
	} {
		if got := Public(netip.MustParseAddr(text)); got != want {
			t.Errorf("Public(%s) = %v", text, got)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

func TestANameThatAnswersDifferentlyEachTimeGainsNothing(t *testing.T) {
	port, connections := victim(t, func(http.ResponseWriter, *http.Request) {})
	// Public at the first lookup, by an address that nobody was ever given, and
	// loopback from then on: a guard that looks up, judges and then connects by
	// name would connect to loopback.
	resolver := names(func(lookup int) netip.Addr {
		if lookup == 1 {
			return netip.MustParseAddr("3000::1")
		}
		return netip.MustParseAddr("127.0.0.1")
	})
	client := New(Options{Timeout: 200 * time.Millisecond, Resolver: resolver})
	for call := range 4 {
		answer, err := client.Get("https://rebind.example:" + port + "/")
		var refused *Refused
		if err == nil {
			answer.Body.Close()
		}
		if call > 0 && !errors.As(err, &refused) {
			t.Errorf("call %d: got %v, want a refusal", call, err)
		}
	}
	if n := connections.Load(); n != 0 {
		t.Errorf("%d connections seen", n)
	}
}

func TestOnlyHTTPSLeaves(t *testing.T) {
	client := New(Options{AllowLoopback: true})
	for _, target := range []string{"http://example.org/", "ftp://example.org/", "gopher://127.0.0.1/", "file:///etc/passwd", "https://user@example.org/", "https:///", "http://example.org:80@127.0.0.1/"} {
		_, err := client.Get(target)
		var refused *Refused
		if !errors.As(err, &refused) && !strings.Contains(fmt.Sprint(err), "no Host") {
			t.Errorf("%s: %v", target, err)
		}
	}
}

func TestARedirectToAPrivateAddressIsRefused(t *testing.T) {
	var hits atomic.Int32
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer inner.Close()
	_, port, _ := net.SplitHostPort(inner.Listener.Addr().String())
	for _, to := range []string{inner.URL, "https://10.0.0.1/", "http://example.org/", "https://localhost:" + port + "/", "//[::1]:" + port} {
		outer := httptest.NewServer(http.RedirectHandler(to, http.StatusFound))
		client := New(Options{Redirects: 3, AllowHosts: []string{outer.URL}})
		if answer, err := client.Get(outer.URL); err == nil {
			answer.Body.Close()
			t.Errorf("the redirect to %s was followed", to)
		}
		outer.Close()
	}
	if hits.Load() != 0 {
		t.Error("a private server was reached")
	}
}

func TestRedirectsAreCounted(t *testing.T) {
	var hits atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		http.Redirect(w, r, "/again", http.StatusFound)
	}))
	defer server.Close()
	for redirects, want := range map[int]int32{0: 1, 1: 2, 3: 4, 50: 4} {
		hits.Store(0)
		answer, err := New(Options{AllowLoopback: true, Redirects: redirects}).Get(server.URL)
		if err != nil || answer.StatusCode != http.StatusFound {
			t.Fatalf("%d redirects: %v", redirects, err)
		}
		answer.Body.Close()
		if got := hits.Load(); got != want {
			t.Errorf("with %d redirects %d calls were made, want %d", redirects, got, want)
		}
	}
}

func TestAnAnswerLargerThanAllowedIsAnErrorNeverCutShort(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscan(r.URL.Query().Get("n"), &n)
		out := io.Writer(w)
		switch r.URL.Path {
		case "/gzip":
			w.Header().Set("Content-Encoding", "gzip")
			packer := gzip.NewWriter(w)
			defer packer.Close()
			out = packer
		case "/chunked":
			_ = http.NewResponseController(w).Flush()
		}
		_, _ = io.WriteString(out, strings.Repeat("a", n))
	}))
	defer server.Close()
	client := New(Options{AllowLoopback: true, MaxBody: 1000})
	for _, path := range []string{"/plain", "/chunked", "/gzip"} {
		for n, fits := range map[int]bool{0: true, 999: true, 1000: true, 1001: false, 5_000_000: false} {
			answer, err := client.Get(fmt.Sprintf("%s%s?n=%d", server.URL, path, n))
			var body []byte
			if err == nil {
				body, err = io.ReadAll(answer.Body)
				answer.Body.Close()
			}
			switch {
			case fits && (err != nil || len(body) != n):
				t.Errorf("%s %d: %d bytes, %v", path, n, len(body), err)
			case !fits && !errors.Is(err, ErrTooLarge):
				t.Errorf("%s %d: %v, want ErrTooLarge", path, n, err)
			case len(body) > 1000:
				t.Errorf("%s %d: %d bytes came through", path, n, len(body))
			}
		}
	}
}

func TestTheTimeLimitCoversTheWholeCall(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/drip" {
			_, _ = io.WriteString(w, "a")
			_ = http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
	}))
	defer server.Close()
	client := New(Options{AllowLoopback: true, Timeout: 100 * time.Millisecond})
	for _, path := range []string{"/silent", "/drip"} {
		answer, err := client.Get(server.URL + path)
		if err == nil {
			_, err = io.ReadAll(answer.Body)
			answer.Body.Close()
		}
		var timeout *Timeout
		if !errors.As(err, &timeout) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, want a Timeout", path, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Do(r); !errors.Is(err, context.Canceled) {
		t.Errorf("a call given up: %v", err)
	}
}

func TestTheEnvironmentNamesNoProxy(t *testing.T) {
	// net/http reads the environment once a process, so that setting it here
	// would prove nothing.
	if New(Options{}).Transport.(*guard).transport.Proxy != nil {
		t.Error("a proxy would resolve and connect behind the guard's back")
	}
}

func TestOnlyConfiguredHostsMayBePrivate(t *testing.T) {
	var agent string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { agent = r.UserAgent() }))
	defer server.Close()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another port was reached") }))
	defer other.Close()
	client := New(Options{AllowHosts: []string{server.URL + "/realm"}, UserAgent: "Tonfall-Test"})
	answer, err := client.Get(server.URL + "/x")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if agent != "Tonfall-Test" {
		t.Errorf("the user agent was %q", agent)
	}
	if _, err := client.Get(other.URL); err == nil {
		t.Error("another port of the host was permitted")
	}
	if _, err := client.Get(strings.Replace(server.URL, "http:", "https:", 1)); err == nil {
		t.Error("nothing listens there with TLS")
	}
}
