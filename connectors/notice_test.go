package connectors_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/profile"
)

// told is a recording, changed and signed as its provider signs.
func told(t *testing.T, file string, key any, algorithm jose.SignatureAlgorithm, change func(map[string]any)) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	change(c)
	return signed(t, jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: "k1"}}, c)
}

func publicKeys() jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: signingKey().Public(), KeyID: "k1", Algorithm: "RS256", Use: "sig"}}}
}

func unchanged(map[string]any) {}

// event replaces the events by one of a type about Google's sample person.
func event(name string, more map[string]any) func(map[string]any) {
	return func(c map[string]any) {
		e := map[string]any{"subject": map[string]any{"subject_type": "iss-sub", "iss": "https://accounts.google.com/", "sub": "7375626A656374"}}
		for k, v := range more {
			e[k] = v
		}
		c["events"] = map[string]any{name: e}
	}
}

func TestGooglesEventsAreToldByKind(t *testing.T) {
	const risc, oauth = "https://schemas.openid.net/secevent/risc/event-type/", "https://schemas.openid.net/secevent/oauth/event-type/"
	for _, x := range []struct {
		change func(map[string]any)
		want   connectors.NoticeKind // empty: nothing is told
	}{
		{unchanged, connectors.NoticeEndangered}, // the recording: disabled after a hijacking
		{event(risc+"account-disabled", map[string]any{"reason": "bulk-account"}), connectors.NoticeDisabled},
		{event(risc+"account-enabled", nil), connectors.NoticeEnabled},
		{event(risc+"account-purged", nil), connectors.NoticeDeleted},
		{event(risc+"sessions-revoked", nil), connectors.NoticeEndangered},
		{event(risc+"account-credential-change-required", nil), connectors.NoticeEndangered},
		{event(oauth+"tokens-revoked", nil), connectors.NoticeRevoked},
		{event(oauth+"token-revoked", map[string]any{"subject": map[string]any{"subject_type": "oauth_token", "token": "x"}}), ""},
		{event(risc+"a-new-type", nil), ""},
		{event(risc+"account-purged", map[string]any{"subject": map[string]any{"iss": "https://evil.example", "sub": "1"}}), ""},
		{event(risc+"account-purged", map[string]any{"subject": map[string]any{"iss": "https://accounts.google.com"}}), ""},
		{set("exp", 1), connectors.NoticeEndangered}, // such tokens do not expire
	} {
		got, err := connectors.GoogleNotices(told(t, "google/event.json", signingKey(), jose.RS256, x.change), publicKeys(), "other", "tonfall")
		if err != nil {
			t.Fatal(err)
		}
		var want []connectors.Notice
		if x.want != "" {
			want = []connectors.Notice{{ID: "756E69717565206964656E746966696572", Provider: "https://accounts.google.com", Subject: "7375626A656374", Kind: x.want}}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	probe := event(risc+"verification", map[string]any{"state": "hello", "subject": nil})
	got, err := connectors.GoogleNotices(told(t, "google/event.json", signingKey(), jose.RS256, probe), publicKeys(), "tonfall")
	if err != nil || len(got) != 1 || got[0].Kind != connectors.NoticeProbe || got[0].Subject != "" {
		t.Errorf("a probe is told as %+v, %v", got, err)
	}
}

func TestApplesEventsAreToldByKind(t *testing.T) {
	for name, want := range map[string]connectors.NoticeKind{
		"consent-revoked": connectors.NoticeRevoked, "account-delete": connectors.NoticeDeleted, "account-deleted": connectors.NoticeDeleted,
		"email-disabled": connectors.NoticeUnreachable, "email-enabled": connectors.NoticeReachable, "a-new-type": "",
	} {
		for _, asObject := range []bool{false, true} {
			payload := told(t, "apple/event.json", signingKey(), jose.RS256, func(c map[string]any) {
				text := strings.Replace(c["events"].(string), "consent-revoked", name, 1)
				if c["events"] = text; asObject {
					c["events"] = json.RawMessage(text)
				}
			})
			got, ok, err := connectors.AppleNotice(payload, publicKeys(), "tonfall", connectortest.Now())
			if err != nil || ok != (want != "") || got.Kind != want || got.Subject != "001999.27f0a61ffb6c4fdd86e92b5fdc8cd9a5.0733" || got.ID == "" {
				t.Errorf("%s: %+v, %v, %v", name, got, ok, err)
			}
		}
	}
	for _, events := range []any{"", "[]", `{"type":"consent-revoked"}`, nil, 7} {
		_, ok, err := connectors.AppleNotice(told(t, "apple/event.json", signingKey(), jose.RS256, set("events", events)), publicKeys(), "tonfall", connectortest.Now())
		if ok || !profile.Is(err, profile.Invalid) {
			t.Errorf("%v: %v", events, err)
		}
	}
}

func TestANoticeThatProvesNothingIsRefused(t *testing.T) {
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	type attack struct {
		key       any
		algorithm jose.SignatureAlgorithm
		change    func(map[string]any)
	}
	for name, x := range map[string]attack{
		"signed by a stranger": {stranger, jose.RS256, unchanged},
		"signed by a secret":   {[]byte(strings.Repeat("k", 32)), jose.HS256, unchanged},
		"another algorithm":    {signingKey(), jose.PS256, unchanged},
		"another issuer":       {signingKey(), jose.RS256, set("iss", "https://evil.example")},
		"another client":       {signingKey(), jose.RS256, set("aud", "somebody-else")},
		"no client":            {signingKey(), jose.RS256, set("aud", nil)},
		"an empty client":      {signingKey(), jose.RS256, set("aud", "")},
		"no id":                {signingKey(), jose.RS256, set("jti", nil)},
	} {
		if _, err := connectors.GoogleNotices(told(t, "google/event.json", x.key, x.algorithm, x.change), publicKeys(), "tonfall", ""); !profile.Is(err, profile.Unauthorized) {
			t.Errorf("Google, %s: %v", name, err)
		}
		if _, _, err := connectors.AppleNotice(told(t, "apple/event.json", x.key, x.algorithm, x.change), publicKeys(), "tonfall", connectortest.Now()); !profile.Is(err, profile.Unauthorized) {
			t.Errorf("Apple, %s: %v", name, err)
		}
	}
	good := told(t, "apple/event.json", signingKey(), jose.RS256, unchanged)
	for name, when := range map[string]time.Time{"expired": connectortest.Now().Add(48 * time.Hour), "from the future": connectortest.Now().Add(-48 * time.Hour)} {
		if _, _, err := connectors.AppleNotice(good, publicKeys(), "tonfall", when); !profile.Is(err, profile.Unauthorized) {
			t.Errorf("%s: %v", name, err)
		}
	}
	forever := told(t, "apple/event.json", signingKey(), jose.RS256, set("exp", nil))
	if _, _, err := connectors.AppleNotice(forever, publicKeys(), "tonfall", connectortest.Now()); !profile.Is(err, profile.Unauthorized) {
		t.Errorf("without an expiry: %v", err)
	}
	for _, rubbish := range []string{"", "a.b.c", good[:len(good)/2], good + "x", strings.Repeat("a", 1<<16), "eyJhbGciOiJub25lIn0.e30."} {
		if _, err := connectors.GoogleNotices(rubbish, publicKeys(), "tonfall"); !profile.Is(err, profile.Unauthorized) || strings.Contains(err.Error(), "eyJ") {
			t.Errorf("%.20q: %v", rubbish, err)
		}
	}
}
