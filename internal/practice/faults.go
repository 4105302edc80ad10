package practice

import "time"

// faults is what tests have ordered to go wrong.
type faults struct {
	limit int           // so many API calls answer 429
	wait  time.Duration // with this Retry-After
	drop  int           // so many connections break without an answer
}

// LimitNext makes the next so many API calls answer 429 with Retry-After.
func (n *Network) LimitNext(calls int, retryAfter time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.faults.limit, n.faults.wait = calls, retryAfter
}

// DropNext breaks the connection of the next so many API and token calls
// before anything is answered.
func (n *Network) DropNext(calls int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.faults.drop = calls
}

// ExpireTokens makes every access token that an account has given out expire
// now; refresh tokens live on.
func (n *Network) ExpireTokens(handle string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, t := range n.tokens {
		if !t.refresh && t.family.person.Handle == handle {
			t.expires = n.opts.Now()
		}
	}
}

// RevokeGrants ends everything that an account has given out, as if the person
// had disconnected every application.
func (n *Network) RevokeGrants(handle string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, t := range n.tokens {
		if t.family.person.Handle == handle {
			t.family.revoked = true
		}
	}
}

func (n *Network) dropped() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.faults.drop == 0 {
		return false
	}
	n.faults.drop--
	return true
}

func (n *Network) limitedByFault() (time.Duration, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.faults.limit == 0 {
		return 0, false
	}
	n.faults.limit--
	return n.faults.wait, true
}
