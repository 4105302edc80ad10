package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"tonfall/profile"
	"tonfall/store"
	"tonfall/store/storetest"
)

// inParallel runs b.N times fn, spread over some writers, and reports how many
// were done in a second.
func inParallel(b *testing.B, writers int, fn func(i int64) error) {
	var next atomic.Int64
	var all sync.WaitGroup
	b.ResetTimer()
	for range writers {
		all.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := fn(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acked/s")
}

// BenchmarkAckedWrites compares the group committer with bbolt's own ways on
// the same sealed record of 1 KB.
func BenchmarkAckedWrites(b *testing.B) {
	ring := newRing(b)
	value := make([]byte, 1000)
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("store/writers=%d", writers), func(b *testing.B) {
			s, _ := storetest.OpenBolt(b, ring, time.Now)
			inParallel(b, writers, func(i int64) error {
				_, err := s.PutRecord(context.Background(), store.Record{At: store.At{Shop: "demo", Kind: "any", Key: fmt.Sprint(i)}, Value: value, Time: noon})
				return err
			})
		})
		for name, way := range map[string]func(*bolt.DB) func(func(*bolt.Tx) error) error{
			"Update": func(db *bolt.DB) func(func(*bolt.Tx) error) error { return db.Update },
			"Batch":  func(db *bolt.DB) func(func(*bolt.Tx) error) error { return db.Batch },
		} {
			b.Run(fmt.Sprintf("bbolt.%s/writers=%d", name, writers), func(b *testing.B) {
				db, err := bolt.Open(filepath.Join(b.TempDir(), "plain.db"), 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, InitialMmapSize: 1 << 30})
				if err != nil {
					b.Fatal(err)
				}
				defer db.Close()
				inParallel(b, writers, func(i int64) error {
					sealed, err := ring.Seal(value, nil)
					if err != nil {
						return err
					}
					return way(db)(func(tx *bolt.Tx) error {
						bucket, err := tx.CreateBucketIfNotExists([]byte("records"))
						if err != nil {
							return err
						}
						return bucket.Put(ring.Hash(fmt.Sprint(i)), sealed)
					})
				})
			})
		}
	}
}

// BenchmarkUpdateCustomer is the write that the product makes most: a customer
// with one record.
func BenchmarkUpdateCustomer(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			s, _ := storetest.OpenBolt(b, newRing(b), time.Now)
			inParallel(b, writers, func(i int64) error {
				return s.UpdateCustomer(context.Background(), numbered(i), func(c *store.Change) error {
					c.Puts = []store.Record{{At: store.At{Kind: store.KindPost, Key: "a"}, Value: make([]byte, 300), Time: noon}}
					return nil
				})
			})
		})
	}
}

func BenchmarkReadCustomer(b *testing.B) {
	s, _ := storetest.OpenBolt(b, newRing(b), time.Now)
	const customers = 1000
	var all sync.WaitGroup
	for i := range int64(customers) {
		all.Go(func() {
			_ = s.UpdateCustomer(context.Background(), numbered(i), func(c *store.Change) error {
				c.Customer.Accounts = []profile.Account{{Connector: "mastodon", Provider: "mastodon.social", Subject: "1", Handle: "anna@mastodon.social", Name: "Anna"}}
				return nil
			})
		})
	}
	all.Wait()
	inParallel(b, 4, func(i int64) error {
		_, err := s.Customer(context.Background(), numbered(i%customers))
		return err
	})
}

func BenchmarkTakeTicket(b *testing.B) {
	for _, takers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("takers=%d", takers), func(b *testing.B) {
			s, _ := storetest.OpenBolt(b, newRing(b), time.Now)
			inParallel(b, takers, func(i int64) error {
				t := store.Ticket{Shop: "demo", Kind: "code", Secret: fmt.Sprint(i), Value: make([]byte, 200), Expires: noon.Add(time.Hour)}
				if err := s.PutTicket(context.Background(), t); err != nil {
					return err
				}
				_, err := s.TakeTicket(context.Background(), t.Shop, t.Kind, t.Secret, noon)
				return err
			})
		})
	}
}

func numbered(i int64) profile.Key {
	return profile.Key{Shop: "demo", ID: profile.NewCustomerID(int(i%profile.Parts), [16]byte{1, byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)})}
}
