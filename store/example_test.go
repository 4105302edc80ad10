package store_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"tonfall/internal/keys"
	"tonfall/profile"
	"tonfall/store"
)

// A customer is changed together with what belongs to it, all or nothing.
func Example() {
	folder, err := os.MkdirTemp("", "tonfall")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	ring, err := keys.Generate()
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	s, err := store.Open(ctx, "bolt://"+filepath.Join(folder, "tonfall.db"), store.Options{Seal: ring})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()

	anna := profile.Key{Shop: "demo", ID: "c12a0190f3b2c4d57e6f8a9b0c1d2e3f4a5b"}
	err = s.UpdateCustomer(ctx, anna, func(c *store.Change) error {
		c.Customer.Reference = "K-4711"
		c.Consents = append(c.Consents, profile.Consent{Purpose: profile.MoodRead, Decision: profile.Granted, At: time.Now()})
		c.Puts = append(c.Puts, store.Record{At: store.At{Kind: store.KindPost, Key: "1"}, Value: []byte("Was für ein Tag!"), Time: time.Now()})
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	id, err := s.ByReference(ctx, "demo", "K-4711")
	if err != nil {
		log.Fatal(err)
	}
	c, err := s.Customer(ctx, profile.Key{Shop: "demo", ID: id})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(c.ID == anna.ID, c.Allows(profile.MoodRead, ""))

	receipt, err := s.Erase(ctx, anna, time.Now(), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(receipt.Records, receipt.Consents)
	_, err = s.Customer(ctx, anna)
	fmt.Println(profile.Message(err))
	// Output:
	// true true
	// map[post:1] 1
	// this customer has been erased
}
