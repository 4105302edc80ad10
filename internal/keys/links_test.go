package keys_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"tonfall/profile"
)

type page struct {
	Customer string `json:"c"`
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestALinkCarriesItsClaimsUntilItExpires(t *testing.T) {
	k := ring(t)
	token, err := k.Sign("me", page{"c1"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	var got page
	if err := k.Verify("me", token, noon.Add(-time.Second), &got); err != nil || got.Customer != "c1" {
		t.Fatalf("verified %v, %v", got, err)
	}
	got = page{}
	wantKind(t, k.Verify("me", token, noon, &got), profile.Gone)
	if got.Customer != "" {
		t.Error("an expired link gave its claims")
	}
	wantKind(t, k.Verify("why", token, noon.Add(-time.Hour), &got), profile.Unauthorized)
	wantKind(t, stranger(t).Verify("me", token, noon.Add(-time.Hour), &got), profile.Unauthorized)
}

func TestAnAlteredLinkIsRefused(t *testing.T) {
	k := ring(t)
	token, _ := k.Sign("me", page{"c1"}, noon)
	raw, _ := base64.RawURLEncoding.DecodeString(token)
	for i := range raw {
		altered := append([]byte{}, raw...)
		altered[i] ^= 0x40
		err := k.Verify("me", base64.RawURLEncoding.EncodeToString(altered), noon.Add(-time.Hour), &page{})
		if !profile.Is(err, profile.Unauthorized) {
			t.Fatalf("byte %d altered: %v", i, err)
		}
	}
	for _, bad := range []string{"", "x", token + "A", token + "=", token + "\n", token[1:], strings.Repeat("A", 1<<20)} {
		wantKind(t, k.Verify("me", bad, noon.Add(-time.Hour), &page{}), profile.Unauthorized)
	}
}

func TestALinkOutlivesRotationsUntilItsSecretIsDropped(t *testing.T) {
	k := ring(t)
	token, _ := k.Sign("me", page{"c1"}, noon)
	for range 7 {
		rotate(t, k)
		if err := k.Verify("me", token, noon.Add(-time.Hour), &page{}); err != nil {
			t.Fatal(err)
		}
	}
	rotate(t, k)
	wantKind(t, k.Verify("me", token, noon.Add(-time.Hour), &page{}), profile.Unauthorized)
}

func TestALinkRefusesWhatDoesNotFit(t *testing.T) {
	k := ring(t)
	_, err := k.Sign("me", strings.Repeat("x", 10_000), noon)
	wantKind(t, err, profile.Invalid)
	_, err = k.Sign("me", func() {}, noon)
	wantKind(t, err, profile.Invalid)
	past, err := k.Sign("me", page{"c1"}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	wantKind(t, k.Verify("me", past, noon, &page{}), profile.Gone)
}
