package consent

import (
	"cmp"
	"context"
	"strings"
	"time"

	"tonfall/profile"
	"tonfall/store"
)

// SignIn finds the customer of an account, or makes one. What the provider
// says of the person now replaces what it said before; what we keep of our own
// reading there (cursor, scopes of the kept grant) stays.
func (g *Gate) SignIn(ctx context.Context, shop string, a profile.Account) (c profile.Customer, isNew bool, err error) {
	identity := a.Identity(shop)
	id, err := g.Store.Owner(ctx, identity)
	if profile.Is(err, profile.NotFound) {
		isNew = true
		id, err = g.Store.Claim(ctx, identity, profile.NewCustomerID(identity.Part(), g.NewID()))
	}
	if err != nil {
		return profile.Customer{}, false, err
	}
	key := profile.Key{Shop: shop, ID: id}
	err = g.Store.UpdateCustomer(ctx, key, func(ch *store.Change) error {
		ch.Customer.SignedIn = g.Now().UTC()
		if !ch.Exists {
			ch.Customer.Created = g.Now().UTC()
		}
		g.meet(ch.Customer, a)
		c = *ch.Customer
		return nil
	})
	return c, isNew, err
}

// meet puts what the provider says into the customer's account.
func (g *Gate) meet(c *profile.Customer, a profile.Account) {
	c.Updated = g.Now().UTC()
	have := c.Account(a.Provider, a.Subject)
	if have == nil {
		a.Connected = g.Now().UTC()
		c.Accounts = append(c.Accounts, a)
		return
	}
	have.Connector = a.Connector
	have.Handle, have.Name, have.Picture, have.URL, have.Locale = a.Handle, cmp.Or(a.Name, have.Name), a.Picture, a.URL, a.Locale
	if a.Email != "" {
		have.Email, have.EmailVerified = a.Email, a.EmailVerified
	}
}

// Customer reads one customer.
func (g *Gate) Customer(ctx context.Context, key profile.Key) (profile.Customer, error) {
	return g.Store.Customer(ctx, key)
}

// Customers lists a shop's customers, oldest first. q narrows the list to those
// whose reference, id, name, handle or e-mail contains it; there is no way to
// pick people by mood.
func (g *Gate) Customers(ctx context.Context, shop, cursor string, limit int, q string) (page []profile.Customer, next string, err error) {
	q = strings.ToLower(strings.TrimSpace(q))
	if q == "" {
		return g.Store.Customers(ctx, shop, cursor, limit)
	}
	for {
		found, next, err := g.Store.Customers(ctx, shop, cursor, limit)
		if err != nil {
			return nil, "", err
		}
		for _, c := range found {
			if matches(c, q) {
				page = append(page, c)
			}
		}
		if next == "" || len(page) >= limit {
			return page, next, nil
		}
		cursor = next
	}
}

func matches(c profile.Customer, q string) bool {
	fields := []string{c.Reference, string(c.ID)}
	for _, a := range c.Accounts {
		fields = append(fields, a.Name, a.Handle, a.Email)
	}
	for _, f := range fields {
		if strings.Contains(strings.ToLower(f), q) {
			return true
		}
	}
	return false
}

// Resolve finds the customer that an outside program names: by id (which is
// the `sub` too), or by "ref:NUMBER", the shop's own number. NotFound also
// where the customer is another shop's.
func (g *Gate) Resolve(ctx context.Context, shop, name string) (profile.Key, error) {
	id := profile.CustomerID(name)
	if number, ok := strings.CutPrefix(name, "ref:"); ok {
		found, err := g.Store.ByReference(ctx, shop, number)
		if err != nil {
			return profile.Key{}, err
		}
		id = found
	}
	key := profile.Key{Shop: shop, ID: id}
	if !id.Valid() {
		return key, profile.Errorf(profile.NotFound, "there is no such customer in this shop")
	}
	_, err := g.Store.Customer(ctx, key)
	return key, err
}

// SetReference notes the shop's own customer number; empty takes it off.
// Conflict where another customer has it.
func (g *Gate) SetReference(ctx context.Context, key profile.Key, reference string) error {
	if len(reference) > 200 || strings.TrimSpace(reference) != reference {
		return profile.Errorf(profile.Invalid, "a customer number has at most 200 characters and no space at its ends")
	}
	return g.edit(ctx, key, func(c *profile.Customer) { c.Reference = reference })
}

// SetWishes changes what the customer wants; it holds at once.
func (g *Gate) SetWishes(ctx context.Context, key profile.Key, fn func(*profile.Wishes)) error {
	return g.edit(ctx, key, func(c *profile.Customer) { fn(&c.Wishes) })
}

// SetAdult notes what the person said of their age: 16 or older, or not.
func (g *Gate) SetAdult(ctx context.Context, key profile.Key, adult bool) error {
	return g.edit(ctx, key, func(c *profile.Customer) { c.Adult = adult })
}

// LiftQuiet ends the silence at the customer's own wish.
func (g *Gate) LiftQuiet(ctx context.Context, key profile.Key) error {
	return g.edit(ctx, key, func(c *profile.Customer) { c.Quiet, c.Lifted = time.Time{}, g.Now().UTC() })
}

// edit changes a customer who exists.
func (g *Gate) edit(ctx context.Context, key profile.Key, fn func(*profile.Customer)) error {
	return g.Store.UpdateCustomer(ctx, key, func(ch *store.Change) error {
		if !ch.Exists {
			return profile.Errorf(profile.NotFound, "there is no such customer in this shop")
		}
		fn(ch.Customer)
		ch.Customer.Updated = g.Now().UTC()
		return nil
	})
}
