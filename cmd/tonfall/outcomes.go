package main

import (
	"sync"

	"tonfall/enrich"
	"tonfall/profile"
)

// synced is the outcome of one account's import.
type synced struct {
	key    profile.Key
	ref    string // profile.Account.Ref
	report enrich.Report
	err    error
}

// outcomes tells everybody who watches of every import that ends in this
// process, whoever asked for it.
type outcomes struct {
	mu       sync.Mutex
	watchers map[chan synced]chan struct{}
}

// watch gives every outcome from now on; stop ends it.
func (o *outcomes) watch() (ch <-chan synced, stop func()) {
	feed, gone := make(chan synced), make(chan struct{})
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.watchers == nil {
		o.watchers = map[chan synced]chan struct{}{}
	}
	o.watchers[feed] = gone
	return feed, sync.OnceFunc(func() {
		close(gone)
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.watchers, feed)
	})
}

// tell waits until every watcher has taken the outcome, or gone.
func (o *outcomes) tell(s synced) {
	o.mu.Lock()
	watchers := make(map[chan synced]chan struct{}, len(o.watchers))
	for feed, gone := range o.watchers {
		watchers[feed] = gone
	}
	o.mu.Unlock()
	for feed, gone := range watchers {
		select {
		case feed <- s:
		case <-gone:
		}
	}
}
