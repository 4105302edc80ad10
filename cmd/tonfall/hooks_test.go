package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tonfall/config"
)

const teahouse = `
base: https://login.example.org
shops:
  - slug: tea
    name: Teahouse
    connectors:
      - kind: facebook
        name: fb
        client_id: app
        client_secret: env:TEAHOUSE_FACEBOOK
`

func TestMetaReachesTheDoorFromElsewhereAndThePersonReadsWhatCameOfIt(t *testing.T) {
	t.Setenv("TEAHOUSE_FACEBOOK", "app-secret")
	folder := t.TempDir()
	tonfall(t, 0, "init", folder)
	file := filepath.Join(folder, "tonfall.yaml")
	if err := os.WriteFile(file, []byte(teahouse), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	h, err := openHouse(t.Context(), c, slog.New(slog.DiscardHandler), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.close(); err != nil {
			t.Error(err)
		}
	})
	door, err := h.door(nil)
	if err != nil {
		t.Fatal(err)
	}
	send := func(key string) *httptest.ResponseRecorder {
		payload := base64.RawURLEncoding.EncodeToString([]byte(`{"user_id":"17","algorithm":"HMAC-SHA256"}`))
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(payload))
		form := url.Values{"signed_request": {base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) + "." + payload}}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/hooks/tea/fb/deletion", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://www.facebook.com")
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		return w
	}
	if got := send("guess"); got.Code != http.StatusUnauthorized {
		t.Errorf("a forged call answers %d", got.Code)
	}
	got := send("app-secret")
	var said struct{ URL string }
	if err := json.Unmarshal(got.Body.Bytes(), &said); err != nil || got.Code != http.StatusOK {
		t.Fatalf("answered %d %s", got.Code, got.Body)
	}
	path, ours := strings.CutPrefix(said.URL, c.Base)
	w := httptest.NewRecorder()
	door.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	if !ours || w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Bei Teahouse liegt nichts von Facebook") {
		t.Errorf("%s answers %d %s", said.URL, w.Code, w.Body)
	}
}
