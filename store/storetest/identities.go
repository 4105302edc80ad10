package storetest

import (
	"sync"

	"tonfall/profile"
)

var identities = []promise{
	{"the first claim of an identity wins, again and again", func(b *bench) {
		for range 2 {
			for _, claimer := range []profile.CustomerID{person(1), person(2), person(1)} {
				winner, err := b.s.Claim(b.ctx, identity("1"), claimer)
				b.ok(err)
				b.same(winner, person(1))
			}
		}
		owner, err := b.s.Owner(b.ctx, identity("1"))
		b.ok(err)
		b.same(owner, person(1))
		b.sound()
	}},
	{"of many claims at once one wins and all learn which", func(b *bench) {
		var mu sync.Mutex
		winners := map[profile.CustomerID]int{}
		race(50, func(i int) {
			winner, err := b.s.Claim(b.ctx, identity("1"), person(i))
			if err != nil {
				b.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			winners[winner]++
		})
		owner, err := b.s.Owner(b.ctx, identity("1"))
		b.ok(err)
		b.same(winners, map[profile.CustomerID]int{owner: 50})
		b.sound()
	}},
	{"identities differ by shop, provider and subject", func(b *bench) {
		all := []profile.Identity{
			{Shop: shop, Provider: "a", Subject: "bc"}, {Shop: shop, Provider: "ab", Subject: "c"},
			{Shop: shop, Provider: "a", Subject: "bc "}, {Shop: otherShop, Provider: "a", Subject: "bc"},
			{Shop: shop, Provider: "a", Subject: ""}, {Shop: shop, Provider: "", Subject: "a"},
		}
		for i, id := range all {
			_, err := b.s.Owner(b.ctx, id)
			b.kind(err, profile.NotFound)
			winner, err := b.s.Claim(b.ctx, id, person(i))
			b.ok(err)
			b.same(winner, person(i))
		}
		b.sound()
	}},
	{"an identity given up can be claimed by another", func(b *bench) {
		_, err := b.s.Claim(b.ctx, identity("1"), person(1))
		b.ok(err)
		b.ok(b.s.Release(b.ctx, identity("1"), person(1)))
		b.ok(b.s.Release(b.ctx, identity("1"), person(1)))
		_, err = b.s.Owner(b.ctx, identity("1"))
		b.kind(err, profile.NotFound)
		winner, err := b.s.Claim(b.ctx, identity("1"), person(2))
		b.ok(err)
		b.same(winner, person(2))
		b.sound()
	}},
	{"nobody gives up another's identity", func(b *bench) {
		_, err := b.s.Claim(b.ctx, identity("1"), person(1))
		b.ok(err)
		b.ok(b.s.Release(b.ctx, identity("1"), person(2)))
		owner, err := b.s.Owner(b.ctx, identity("1"))
		b.ok(err)
		b.same(owner, person(1))
	}},
}
