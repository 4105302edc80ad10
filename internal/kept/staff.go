package kept

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"tonfall/profile"
	"tonfall/store"
	"tonfall/web/studio"
)

// Staff lets marketers in by one-time links. Tokens and sessions are
// "shop.secret": the shop's part says where to look.
type Staff struct {
	Store store.Store
	Now   func() time.Time
}

var _ studio.Staff = Staff{}

const (
	kindLink = "studio"
	linkLife = 10 * time.Minute
	// sessionLife is half a day's work: the cookie goes as early.
	sessionLife = 12 * time.Hour
)

// Link makes a token that signs in to a shop's studio once, within ten minutes.
func (s Staff) Link(ctx context.Context, shop string) (token string, err error) {
	secret := rand.Text()
	err = s.Store.PutTicket(ctx, store.Ticket{Shop: shop, Kind: kindLink, Secret: secret, Expires: s.Now().Add(linkLife)})
	return shop + "." + secret, err
}

// SignIn implements studio.Staff.
func (s Staff) SignIn(ctx context.Context, token string) (string, error) {
	shop, secret, _ := strings.Cut(token, ".")
	if _, err := s.Store.TakeTicket(ctx, shop, kindLink, secret, s.Now()); err != nil {
		return "", err
	}
	id := rand.Text()
	_, err := s.Store.PutRecord(ctx, store.Record{
		At: store.At{Shop: shop, Kind: store.KindStaff, Key: id}, Time: s.Now(), Expires: s.Now().Add(sessionLife),
	})
	return shop + "." + id, err
}

// Who implements studio.Staff.
func (s Staff) Who(ctx context.Context, session string) (studio.Person, error) {
	shop, id, _ := strings.Cut(session, ".")
	_, err := s.Store.Record(ctx, store.At{Shop: shop, Kind: store.KindStaff, Key: id})
	if profile.Is(err, profile.NotFound) {
		return studio.Person{}, profile.Errorf(profile.Unauthorized, "this sign-in has ended: ask for a new link (tonfall studio)")
	}
	return studio.Person{Shop: shop}, err
}

// SignOut implements studio.Staff.
func (s Staff) SignOut(ctx context.Context, session string) error {
	shop, id, _ := strings.Cut(session, ".")
	return s.Store.DeleteRecord(ctx, store.At{Shop: shop, Kind: store.KindStaff, Key: id})
}
