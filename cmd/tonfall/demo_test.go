package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// stage is a demo that runs in the test's own process.
type stage struct {
	t      *testing.T
	folder string
	sheet  struct {
		Base    string
		Issuer  string
		Backend struct{ ID, Secret string }
		URLs    map[string]string
	}
}

// newStage runs `tonfall demo --json` and waits for its first line.
func newStage(t *testing.T, customers string) *stage {
	t.Helper()
	s := &stage{t: t, folder: t.TempDir()}
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	var faults lockedBuffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"demo", "--json", "--addr", "127.0.0.1:0", "--data", s.folder, "--customers", customers}, streams{strings.NewReader(""), in, &faults})
		_ = in.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("the demo ended with %d:\n%s", code, faults.String())
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("the demo said nothing: %v\n%s", err, faults.String())
	}
	if err := json.Unmarshal(line, &s.sheet); err != nil {
		t.Fatal(err)
	}
	return s
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// tonfall runs a command and answers what it printed.
func tonfall(t *testing.T, wantCode int, args ...string) (out string, faults string) {
	t.Helper()
	var o, e bytes.Buffer
	if code := run(t.Context(), args, streams{strings.NewReader(""), &o, &e}); code != wantCode {
		t.Fatalf("tonfall %s ends with %d, want %d:\n%s%s", strings.Join(args, " "), code, wantCode, o.String(), e.String())
	}
	return o.String(), e.String()
}

// customers lists those who agreed to posts, as soon as all are seeded.
func (s *stage) customers(want int) []customerRow {
	s.t.Helper()
	for {
		out, _ := tonfall(s.t, 0, "customers", "list", "--json", "--data", s.folder)
		var rows []customerRow
		for line := range strings.Lines(out) {
			var row customerRow
			if err := json.Unmarshal([]byte(line), &row); err != nil {
				s.t.Fatal(err)
			}
			if strings.Contains(strings.Join(row.Consents, " "), "posts") && !row.Synced.IsZero() {
				rows = append(rows, row)
			}
		}
		if len(rows) >= want {
			return rows
		}
		if s.t.Context().Err() != nil {
			s.t.Fatal("the demo's people never came")
		}
	}
}

func (s *stage) token() string {
	s.t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"customers:read mood:read messages:render"}}
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.sheet.Issuer+"/token", strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	request.SetBasicAuth(s.sheet.Backend.ID, s.sheet.Backend.Secret)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var token struct {
		AccessToken string `json:"access_token"`
	}
	s.fetch(request, &token)
	return token.AccessToken
}

func (s *stage) fetch(request *http.Request, into any) {
	s.t.Helper()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		s.t.Fatalf("%s answers %s", request.URL.Path, answer.Status)
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		s.t.Fatal(err)
	}
}

func TestTheDemoIsTheRealProgram(t *testing.T) {
	s := newStage(t, "8")
	rows := s.customers(4)

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.sheet.Base+"/v1/customers/"+rows[0].ID+"/mood", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.token())
	var mood struct {
		Mood     string
		Baseline struct{ Readings int }
	}
	s.fetch(request, &mood)
	if mood.Mood == "" || mood.Baseline.Readings == 0 {
		t.Errorf("the API answers the mood as %+v", mood)
	}

	out, _ := tonfall(t, 0, "resync", "--data", s.folder, "--json")
	var tally resyncTally
	if err := json.Unmarshal([]byte(out), &tally); err != nil {
		t.Fatal(err)
	}
	if !tally.Done || tally.Accounts < 4 || tally.OK != tally.Accounts || tally.Failed+tally.Left+tally.New != 0 {
		t.Errorf("resync tells %+v", tally)
	}
	if out, _ = tonfall(t, 0, "resync", "--data", s.folder, "--dry-run", "--limit", "1"); out != "1 accounts would be brought up to date\n" {
		t.Errorf("a dry run tells %q", out)
	}

	out, _ = tonfall(t, 0, "customers", "export", "--data", s.folder, rows[0].ID)
	var export struct {
		Format          string
		Posts, Readings []json.RawMessage
		Consents        []json.RawMessage
	}
	if err := json.Unmarshal([]byte(out), &export); err != nil {
		t.Fatal(err)
	}
	if export.Format != "tonfall-export-1" || len(export.Posts) == 0 || len(export.Readings) == 0 || len(export.Consents) == 0 {
		t.Errorf("the export holds %d posts, %d readings and %d consents", len(export.Posts), len(export.Readings), len(export.Consents))
	}

	tonfall(t, 1, "customers", "erase", "--data", s.folder, rows[0].ID) // asked, and nobody typed yes
	out, _ = tonfall(t, 0, "customers", "erase", "--yes", "--data", s.folder, rows[0].ID)
	if !strings.Contains(out, `"posts"`) {
		t.Errorf("the receipt is %s", out)
	}
	_, faults := tonfall(t, 1, "customers", "show", "--data", s.folder, rows[0].ID)
	if faults == "" {
		t.Error("showing an erased customer says nothing")
	}
	if out, _ = tonfall(t, 0, "check", "--data", s.folder); strings.Count(out, "fine") != 5 {
		t.Errorf("check tells\n%s", out)
	}
	if out, _ = tonfall(t, 0, "studio", "--data", s.folder); !strings.HasPrefix(out, s.sheet.Base+"/studio/signin?token=") {
		t.Errorf("the studio's link is %s", out)
	}
}

func TestAQuarrellingCoupleGetsNoSalesMessage(t *testing.T) {
	s := newStage(t, "8")
	s.customers(5)
	token := s.token()
	out, _ := tonfall(t, 0, "customers", "list", "--json", "-q", "leonie", "--data", s.folder)
	var leonie customerRow
	if err := json.Unmarshal([]byte(out), &leonie); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	render := func(template, data string) (suppressed string, body string) {
		t.Helper()
		order := `{"customer":"` + leonie.ID + `","template":"` + template + `","channel":"email","permission":true,"data":{` + data + `}}`
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.sheet.Base+"/v1/messages/render", strings.NewReader(order))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		request.Header.Set("Content-Type", "application/json")
		var sent struct {
			Suppressed *string
			Body       string
		}
		s.fetch(request, &sent)
		if sent.Suppressed == nil {
			return "", sent.Body
		}
		return *sent.Suppressed, sent.Body
	}
	for _, sales := range []string{"back-in-stock", "birthday", "win-back"} {
		if suppressed, body := render(sales, ""); suppressed != "quiet" || body != "" {
			t.Errorf("%s goes out to somebody in a quarrel (suppressed %q)", sales, suppressed)
		}
	}
	if suppressed, body := render("welcome", `"account_url":"https://shop.example/account"`); suppressed != "" || body == "" {
		t.Errorf("a service message is suppressed as %q", suppressed)
	}
}

func TestTwoResyncsAtOnceDoNothingTwice(t *testing.T) {
	s := newStage(t, "8")
	s.customers(4)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			out, _ := tonfall(t, 0, "resync", "--data", s.folder, "--json")
			var tally resyncTally
			if err := json.Unmarshal([]byte(out), &tally); err != nil || !tally.Done || tally.Failed+tally.Left > 0 {
				t.Errorf("one of four resyncs tells %s (%v)", out, err)
			}
		})
	}
	all.Wait()
}

func TestWhatTheDemoWritesIsAnOrdinaryInstallation(t *testing.T) {
	s := newStage(t, "4")
	for _, name := range []string{"tonfall.yaml", "tonfall.keys", "tonfall.db", "tonfall.db.sock", "shop.secret"} {
		info, err := os.Stat(filepath.Join(s.folder, name))
		if err != nil {
			if name == "tonfall.db.sock" { // its name may be too long for a socket
				continue
			}
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %o", name, info.Mode().Perm())
		}
	}
}
