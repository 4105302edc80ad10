package store_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tonfall/profile"
	"tonfall/store"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func wantKind(t testing.TB, err error, kind profile.Kind) {
	t.Helper()
	if profile.KindOf(err) != kind {
		t.Fatalf("the error is %v (%q), want the kind %q", err, profile.KindOf(err), kind)
	}
}

func TestASealedValueOpensOnlyAtItsPlace(t *testing.T) {
	codec := store.Codec{Sealer: newRing(t)}
	home := store.Place{Shop: "demo", Kind: "customer", Key: "c1"}
	sealed, err := codec.Seal(home, "anna")
	if err != nil {
		t.Fatal(err)
	}
	var got string
	if err := codec.Open(home, sealed, &got); err != nil || got != "anna" {
		t.Fatalf("opened %q, %v", got, err)
	}
	for _, foreign := range []store.Place{
		{Shop: "rival", Kind: "customer", Key: "c1"}, {Shop: "demo", Kind: "consent", Key: "c1"}, {Shop: "demo", Kind: "customer", Key: "c2"},
		{Shop: "democ", Kind: "ustomer", Key: "c1"}, {Shop: "demo", Kind: "customerc", Key: "1"}, {},
	} {
		wantKind(t, codec.Open(foreign, sealed, &got), profile.Internal)
	}
}

func TestASealedRecordOpensOnlyAtItsPlace(t *testing.T) {
	ring := newRing(t)
	codec := store.Codec{Sealer: ring}
	owner, other := profile.NewCustomerID(1, [16]byte{1}), profile.NewCustomerID(1, [16]byte{2})
	home := store.At{Shop: "demo", Owner: owner, Kind: store.KindPost, Key: "a \xff"}
	hash := func(at store.At) []byte { return ring.Hash("record", at.Shop, string(at.Owner), at.Kind, at.Key) }
	want := store.Record{At: home, Value: []byte("x"), Time: noon, Expires: noon.Add(1), Version: 3}
	sealed, err := codec.SealRecord(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := codec.OpenRecord(store.At{Shop: home.Shop, Owner: home.Owner, Kind: home.Kind}, hash(home), sealed)
	if err != nil || !cmp.Equal(got, want) {
		t.Fatalf("opened %v, %v", got, err)
	}
	for _, foreign := range []store.At{
		{Shop: "rival", Owner: owner, Kind: store.KindPost, Key: home.Key}, {Shop: "demo", Owner: other, Kind: store.KindPost, Key: home.Key},
		{Shop: "demo", Kind: store.KindPost, Key: home.Key}, {Shop: "demo", Owner: owner, Kind: store.KindGrant, Key: home.Key},
	} {
		_, err := codec.OpenRecord(foreign, hash(home), sealed)
		wantKind(t, err, profile.Internal)
	}
	_, err = codec.OpenRecord(home, hash(store.At{Shop: "demo", Owner: owner, Kind: store.KindPost, Key: "b"}), sealed)
	wantKind(t, err, profile.Internal)
}

func TestWhatIsSealedButIsNoRecordGivesAnErrorAndNoPanic(t *testing.T) {
	ring := newRing(t)
	codec := store.Codec{Sealer: open{ring}}
	for _, plain := range [][]byte{nil, {0}, {0, 0, 0, 9, 1}, {255, 255, 255, 255}, {0, 0, 0, 2, '{', '{'}, bytes.Repeat([]byte{'['}, 1000)} {
		_, err := codec.OpenRecord(store.At{}, nil, plain)
		wantKind(t, err, profile.Internal)
		wantKind(t, codec.Open(store.Place{}, plain, &profile.Customer{}), profile.Internal)
	}
}

// open is a sealer that seals nothing, to hand the codec any plain text.
type open struct{ store.Sealer }

func (open) Open(sealed, _ []byte) ([]byte, error) { return sealed, nil }
