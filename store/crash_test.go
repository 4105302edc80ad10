package store_test

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"go.uber.org/goleak"

	"tonfall/internal/keys"
	"tonfall/profile"
	"tonfall/store"
)

// The child's part of a test that needs a process to kill, by its name in this
// variable; its arguments are the key file and the database.
const childPart = "TONFALL_STORE_CHILD"

func TestMain(m *testing.M) {
	parts := map[string]func(s store.Store) error{"append": appendForever, "fill": fillTheDisk}
	if part, ok := parts[os.Getenv(childPart)]; ok {
		if err := asChild(part); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

func asChild(part func(s store.Store) error) error {
	ring, err := keys.LoadFile(os.Args[len(os.Args)-2])
	if err != nil {
		return err
	}
	s, err := store.OpenBolt(os.Args[len(os.Args)-1], store.BoltOptions{Seal: ring})
	if err != nil {
		return err
	}
	return part(s)
}

// child starts this test again as another process.
func child(t *testing.T, part, keyFile, db string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$", keyFile, db)
	cmd.Env = append(os.Environ(), childPart+"="+part)
	cmd.Stderr = os.Stderr
	return cmd
}

const writers = 4

// appendForever is the victim: each writer appends consents numbered 1, 2, 3 …
// to its own customer, with a record each, and says so once it is acknowledged.
// Meanwhile the file is compacted again and again.
func appendForever(s store.Store) error {
	failed := make(chan error)
	said := make(chan string)
	for w := range writers {
		go func() {
			for {
				var n int
				err := s.UpdateCustomer(background, key(byte(w+1)), func(c *store.Change) error {
					n = len(c.Customer.Sales) + 1
					c.Customer.Sales = append(c.Customer.Sales, noon)
					c.Consents = []profile.Consent{{Purpose: profile.MoodRead, TextVersion: strconv.Itoa(n), At: noon}}
					c.Puts = []store.Record{{At: store.At{Kind: store.KindPost, Key: strconv.Itoa(n)}, Time: noon}}
					return nil
				})
				if err != nil {
					failed <- err
				}
				said <- fmt.Sprintln(w, n)
			}
		}()
	}
	go func() {
		for {
			if err := s.(store.Compactor).Compact(background); err != nil {
				failed <- err
			}
		}
	}()
	for {
		select {
		case err := <-failed:
			return err
		case line := <-said:
			if _, err := io.WriteString(os.Stdout, line); err != nil {
				return err
			}
		}
	}
}

func TestWhatWasAcknowledgedSurvivesAKill(t *testing.T) {
	folder := t.TempDir()
	keyFile, path := filepath.Join(folder, "keys"), filepath.Join(folder, "tonfall.db")
	ring := newRing(t)
	if err := ring.SaveFile(keyFile); err != nil {
		t.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(5, 6))
	acked := make([]int, writers)
	for round := range kills {
		cmd := child(t, "append", keyFile, path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for left := 1 + dice.IntN(150); lines.Scan(); left-- {
			var w, n int
			if _, err := fmt.Sscan(lines.Text(), &w, &n); err != nil {
				t.Fatal(err)
			}
			acked[w] = max(acked[w], n)
			if left == 0 {
				_ = cmd.Process.Kill() // and go on reading what it had said before
			}
		}
		_ = cmd.Wait()
		survived(t, round, ring, path, acked)
	}
	if files, _ := os.ReadDir(folder); len(files) != 2 {
		t.Errorf("%d files are in the folder, want keys and database", len(files))
	}
}

// survived compares what was acknowledged with what a fresh process finds: at
// most one write a writer may be there without its acknowledgement.
func survived(t *testing.T, round int, ring *keys.Keyring, path string, acked []int) {
	t.Helper()
	s, err := store.OpenBolt(path, store.BoltOptions{Seal: ring})
	if err != nil {
		t.Fatalf("round %d: %v", round, err)
	}
	defer s.Close()
	if faults, err := s.Check(t.Context()); err != nil || len(faults) > 0 {
		t.Fatalf("round %d: %q, %v", round, faults, err)
	}
	for w := range writers {
		k := key(byte(w + 1))
		n := 0
		for {
			page, err := s.Ledger(t.Context(), k, n, 5000)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, c := range page {
				if n++; c.TextVersion != strconv.Itoa(n) {
					t.Fatalf("round %d: writer %d: entry %d says %s", round, w, n, c.TextVersion)
				}
			}
		}
		if n < acked[w] || n > acked[w]+1 {
			t.Fatalf("round %d: writer %d: %d entries are there, %d were acknowledged", round, w, n, acked[w])
		}
		if n == 0 {
			continue
		}
		if _, err := s.Record(t.Context(), store.At{Shop: k.Shop, Owner: k.ID, Kind: store.KindPost, Key: strconv.Itoa(n)}); err != nil {
			t.Fatalf("round %d: writer %d: the record of entry %d: %v", round, w, n, err)
		}
		c, err := s.Customer(t.Context(), k)
		if err != nil || len(c.Sales) != n {
			t.Fatalf("round %d: writer %d: the customer counts %d of %d, %v", round, w, len(c.Sales), n, err)
		}
		acked[w] = n
	}
}
