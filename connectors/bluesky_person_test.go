//go:build e2e

package connectors

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// pds is a real Bluesky server with its directory, started by e2e/pds.mjs on
// loopback and stopped with the test.
type pds struct {
	URL       string `json:"pds"`
	Directory string `json:"plc"`
}

// startPDS passes args on.
func startPDS(t *testing.T, args ...string) pds {
	t.Helper()
	command := exec.Command("node", append([]string{"../e2e/pds.mjs"}, args...)...)
	in, err := command.StdinPipe() // it ends when this closes, also where the test dies
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	command.Stderr = &said
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("%v: e2e/setup.sh installs what this test needs", err)
	}
	t.Cleanup(func() {
		in.Close()
		_ = command.Wait()
	})
	var p pds
	if err := json.NewDecoder(out).Decode(&p); err != nil {
		t.Fatalf("the Bluesky server did not start: %v\n%s", err, said.String())
	}
	return p
}

// person is somebody with an account at the server, and a browser of their
// own. The server's cookies are Secure, which Go's jar keeps from plain http:
// they are kept here.
type person struct {
	t             *testing.T
	server        pds
	handle, did   string
	password, jwt string
	cookies       map[string]string
}

func (p pds) newPerson(t *testing.T, handle string) *person {
	t.Helper()
	who := &person{t: t, server: p, handle: handle, password: "correct horse " + handle, cookies: map[string]string{}}
	var made struct{ DID, AccessJwt string }
	who.xrpc("com.atproto.server.createAccount", map[string]any{
		"handle": handle, "email": strings.TrimSuffix(handle, ".test") + "@example.test", "password": who.password,
	}, &made)
	who.did, who.jwt = made.DID, made.AccessJwt
	return who
}

// xrpc calls a procedure as the person's own app would.
func (p *person) xrpc(method string, input, into any) {
	p.t.Helper()
	body, err := json.Marshal(input)
	if err != nil {
		p.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, p.server.URL+"/xrpc/"+method, bytes.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if p.jwt != "" {
		r.Header.Set("Authorization", "Bearer "+p.jwt)
	}
	p.do(r, into)
}

// post writes a post and answers its record key.
func (p *person) post(record map[string]any) string {
	p.t.Helper()
	record["$type"] = postsAt
	if record["createdAt"] == nil {
		record["createdAt"] = time.Now().UTC().Format(time.RFC3339Nano)
	}
	var made struct{ URI string }
	p.xrpc("com.atproto.repo.createRecord", map[string]any{"repo": p.did, "collection": postsAt, "record": record}, &made)
	return made.URI[strings.LastIndex(made.URI, "/")+1:]
}

func (p *person) delete(id string) {
	p.t.Helper()
	p.xrpc("com.atproto.repo.deleteRecord", map[string]any{"repo": p.did, "collection": postsAt, "rkey": id}, nil)
}

// consent goes through the server's sign-in and consent pages with what their
// scripts send, and answers the callback's parameters. With agree false the
// person says no.
func (p *person) consent(page string, agree bool) url.Values {
	p.t.Helper()
	p.browse(http.MethodGet, page, "", nil, map[string]string{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "cross-site"}, nil)
	var in struct {
		Account struct{ Sub string }
		Token   string `json:"ephemeralToken"`
	}
	p.click(page, "sign-in", "", map[string]any{"username": p.handle, "password": p.password, "locale": "en"}, &in)
	if in.Account.Sub != p.did {
		p.t.Fatalf("the server signed in %q, not %q", in.Account.Sub, p.did)
	}
	var next struct{ URL string }
	if agree {
		p.click(page, "consent", in.Token, map[string]any{"sub": p.did}, &next)
	} else {
		p.click(page, "reject", in.Token, map[string]any{}, &next)
	}
	back := p.browse(http.MethodGet, next.URL, "", nil, map[string]string{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin", "Referer": page}, nil)
	to, err := url.Parse(back.Get("Location"))
	if err != nil || to.RawQuery == "" {
		p.t.Fatalf("the server sent the browser to %q", back.Get("Location"))
	}
	return to.Query()
}

// click is what a button of the server's page does.
func (p *person) click(page, action, token string, input, into any) {
	p.t.Helper()
	p.browse(http.MethodPost, p.server.URL+"/@atproto/oauth-provider/~api/"+action, token, input, map[string]string{
		"Sec-Fetch-Mode": "same-origin", "Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "same-origin",
		"Origin": p.server.URL, "Referer": page, "X-Csrf-Token": p.cookies["csrf-token"],
	}, into)
}

func (p *person) browse(method, target, token string, input any, headers map[string]string, into any) http.Header {
	p.t.Helper()
	var body io.Reader
	if input != nil {
		text, err := json.Marshal(input)
		if err != nil {
			p.t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequest(method, target, body)
	if err != nil {
		p.t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	if input != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	var jar []string
	for name, value := range p.cookies {
		jar = append(jar, name+"="+value)
	}
	r.Header.Set("Cookie", strings.Join(jar, "; "))
	return p.do(r, into)
}

func (p *person) do(r *http.Request, into any) http.Header {
	p.t.Helper()
	answer, err := http.DefaultTransport.RoundTrip(r) // follows no redirect
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 400 {
		p.t.Fatalf("%s %s: %s %s (%v)", r.Method, r.URL.Path, answer.Status, body, err)
	}
	for _, c := range answer.Cookies() {
		p.cookies[c.Name] = c.Value
	}
	if into != nil {
		if err := json.Unmarshal(body, into); err != nil {
			p.t.Fatalf("%s: %v", r.URL.Path, err)
		}
	}
	return answer.Header
}

// here is a callback address on this machine.
const here = "http://127.0.0.1:8080/demo/callback/bluesky"

// connect signs the person in with Tonfall's connector.
func (p *person) connect(b Connector, hint, redirect string) (Grant, Callback) {
	p.t.Helper()
	ctx := context.Background()
	step, err := b.Begin(ctx, Start{Redirect: redirect, State: "state of " + p.handle, Hint: hint})
	if err != nil {
		p.t.Fatal("begin:", err)
	}
	back := Callback{Params: p.consent(step.URL, true), Keep: step.Keep, Redirect: redirect}
	if got, want := back.Params.Get("state"), "state of "+p.handle; got != want {
		p.t.Fatalf("the server gave back state %q, not %q", got, want)
	}
	grant, account, err := b.Finish(ctx, back)
	if err != nil {
		p.t.Fatal("finish:", err)
	}
	if account.Subject != p.did || account.Handle != p.handle {
		p.t.Fatalf("signed in as %s %q, not %s %q", account.Subject, account.Handle, p.did, p.handle)
	}
	return grant, back
}

func (p pds) connector(t *testing.T, more ...func(*Options)) Connector {
	t.Helper()
	o := Options{BaseURL: p.URL, DirectoryURL: p.Directory, AllowLoopback: true}
	for _, change := range more {
		change(&o)
	}
	b, err := New("bluesky", o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
