package keys_test

import (
	"bytes"
	"errors"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"tonfall/internal/keys"
	"tonfall/profile"
)

// made is one key file for most of the tests: RSA keys take their time.
var made = sync.OnceValues(func() ([]byte, error) {
	k, err := keys.Generate()
	if err != nil {
		return nil, err
	}
	return k.Marshal()
})

// ring is a keyring of the test's own, the same for every test.
func ring(t testing.TB) *keys.Keyring {
	t.Helper()
	text, err := made()
	if err != nil {
		t.Fatal(err)
	}
	k, err := keys.Load(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// stranger is another installation's keyring.
func stranger(t testing.TB) *keys.Keyring {
	t.Helper()
	k, err := keys.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func rotate(t testing.TB, k *keys.Keyring) {
	t.Helper()
	if err := k.Rotate(func([]byte) error { return nil }); err != nil {
		t.Fatal(err)
	}
}

func wantKind(t testing.TB, err error, kind profile.Kind) {
	t.Helper()
	if profile.KindOf(err) != kind {
		t.Fatalf("error %v is %q, want %q", err, profile.KindOf(err), kind)
	}
}

func TestASealedRecordOpensOnlyAtItsPlace(t *testing.T) {
	k := ring(t)
	sealed, err := k.Seal([]byte("liebe Grüße"), []byte("shop a"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("Grüße")) {
		t.Fatal("the plain text shows through")
	}
	plain, err := k.Open(sealed, []byte("shop a"))
	if err != nil || string(plain) != "liebe Grüße" {
		t.Fatalf("opened %q, %v", plain, err)
	}
	_, err = k.Open(sealed, []byte("shop b"))
	wantKind(t, err, profile.Internal)
	_, err = stranger(t).Open(sealed, []byte("shop a"))
	wantKind(t, err, profile.Internal)
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if _, err := k.Open(altered, []byte("shop a")); err == nil {
			t.Fatalf("opened with byte %d altered", i)
		}
	}
}

func TestSealingTheSameTwiceShowsNothing(t *testing.T) {
	k := ring(t)
	one, _ := k.Seal([]byte("x"), nil)
	two, _ := k.Seal([]byte("x"), nil)
	if bytes.Equal(one, two) {
		t.Fatal("equal plain texts give equal sealed ones")
	}
}

func TestAHashKeepsItsFieldsApart(t *testing.T) {
	k := ring(t)
	if len(k.Hash("a")) != 16 {
		t.Fatalf("a hash has %d bytes", len(k.Hash("a")))
	}
	seen := map[string][]string{}
	for _, fields := range [][]string{{}, {""}, {"", ""}, {"ab"}, {"a", "b"}, {"", "ab"}, {"ab", ""}, {"a\x00b"}} {
		h := string(k.Hash(fields...))
		if other, ok := seen[h]; ok {
			t.Fatalf("%q and %q have one hash", fields, other)
		}
		seen[h] = fields
	}
	if bytes.Equal(k.Hash("a"), stranger(t).Hash("a")) {
		t.Fatal("the hash does not depend on the key")
	}
}

func TestRotationKeepsWhatWasMadeBefore(t *testing.T) {
	k := ring(t)
	sealed, _ := k.Seal([]byte("old"), []byte("place"))
	token, _ := k.SealToken("code", "old")
	hash := k.Hash("anna")
	before := k.JWKS()
	rotate(t, k)
	if plain, err := k.Open(sealed, []byte("place")); err != nil || string(plain) != "old" {
		t.Errorf("after rotation the old record gives %q, %v", plain, err)
	}
	if value, err := k.OpenToken("code", token); err != nil || value != "old" {
		t.Errorf("after rotation the old token gives %q, %v", value, err)
	}
	if !bytes.Equal(hash, k.Hash("anna")) {
		t.Error("the hash has rotated: every index would be lost")
	}
	for _, key := range before.Keys {
		if after := k.JWKS(); len(after.Key(key.KeyID)) != 1 {
			t.Errorf("key %s is published no longer", key.KeyID)
		}
	}
	resealed, _ := k.Seal([]byte("old"), []byte("place"))
	if bytes.Equal(sealed[:5], resealed[:5]) {
		t.Error("sealing goes on with the old key")
	}
}

func TestARotationThatCannotBeSavedChangesNothing(t *testing.T) {
	k := ring(t)
	before, _ := k.Marshal()
	full := profile.Errorf(profile.Unavailable, "the disk is full")
	if err := k.Rotate(func([]byte) error { return full }); !errors.Is(err, full) {
		t.Fatalf("rotate answered %v", err)
	}
	if after, _ := k.Marshal(); !bytes.Equal(before, after) {
		t.Fatal("the keys have changed")
	}
}

func TestATokenOpensOnlyForItsPurpose(t *testing.T) {
	k := ring(t)
	token, err := k.SealToken("code", "c000… and more")
	if err != nil {
		t.Fatal(err)
	}
	if v, err := k.OpenToken("code", token); err != nil || v != "c000… and more" {
		t.Fatalf("opened %q, %v", v, err)
	}
	for name, try := range map[string]struct{ purpose, token string }{
		"another purpose": {"access", token},
		"cut":             {"code", token[:len(token)-4]},
		"empty":           {"code", ""},
		"not base64":      {"code", "!" + token},
		"a line break":    {"code", token + "\n"},
		"endless":         {"code", string(bytes.Repeat([]byte("A"), 1<<20))},
	} {
		_, err := k.OpenToken(try.purpose, try.token)
		if !profile.Is(err, profile.Unauthorized) {
			t.Errorf("%s: %v", name, err)
		}
	}
	record, _ := k.Seal([]byte("x"), []byte("code"))
	if _, err := k.OpenToken("code", string(record)); err == nil {
		t.Error("a record passes for a token")
	}
}

func TestEachAlgorithmSignsAndIsVerifiedByThePublishedKeys(t *testing.T) {
	k := ring(t)
	for round := range 5 {
		current := k.Signers()
		if len(current) != 3 || current[0].Algorithm != string(jose.ES256) {
			t.Fatalf("signers: %d, the first %s", len(current), current[0].Algorithm)
		}
		for _, key := range current {
			alg := jose.SignatureAlgorithm(key.Algorithm)
			if one, err := k.Signer(alg); err != nil || one.KeyID != key.KeyID {
				t.Fatalf("signer of %s: %v, %v", alg, one.KeyID, err)
			}
			signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, nil)
			if err != nil {
				t.Fatal(err)
			}
			signed, err := signer.Sign([]byte("hello"))
			if err != nil {
				t.Fatal(err)
			}
			public := k.JWKS()
			if _, err := signed.Verify(public.Key(key.KeyID)[0]); err != nil {
				t.Fatalf("round %d: %s: %v", round, alg, err)
			}
		}
		rotate(t, k)
	}
	published := k.JWKS()
	if len(published.Keys) != 4*3 {
		t.Errorf("%d keys are published, want four for each algorithm", len(published.Keys))
	}
	for _, key := range published.Keys {
		if !key.IsPublic() {
			t.Error("a private key is published")
		}
	}
	_, err := k.Signer(jose.HS256)
	wantKind(t, err, profile.NotFound)
}
