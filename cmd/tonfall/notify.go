package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tonfall/internal/egress"
	"tonfall/store"
	"tonfall/web/signin"
)

// jobNotice tells a shop's program that somebody has signed out: the shop's,
// Value is a signin.Notice.
const jobNotice = "notice"

// notify queues a back-channel logout.
func (h *house) notify(ctx context.Context, n signin.Notice) error {
	value, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("encoding a notice: %w", err)
	}
	defer h.runner.Wake(jobNotice)
	return h.store.Enqueue(ctx, store.Job{Shop: n.Shop, Kind: jobNotice, Key: h.gate.NewID().String(), Value: value, Due: h.now(), Created: h.now()})
}

// deliverNotice posts a back-channel logout. A logout token is short-lived, so
// it is tried for two minutes at most.
func (h *house) deliverNotice(ctx context.Context, j store.Job) (time.Time, error) {
	var n signin.Notice
	if err := json.Unmarshal(j.Value, &n); err != nil {
		return time.Time{}, fmt.Errorf("reading a notice: %w", err)
	}
	client := egress.New(egress.Options{Timeout: 10 * time.Second, AllowLoopback: h.config.Loopback, AllowHosts: []string{n.URL}})
	form := strings.NewReader(url.Values{"logout_token": {n.Token}}.Encode())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, n.URL, form)
	if err != nil {
		return time.Time{}, fmt.Errorf("the back-channel address of client %s: %w", n.Client, err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := client.Do(request)
	if err == nil {
		_ = answer.Body.Close() // nothing in it is of interest
		if answer.StatusCode < 300 {
			return time.Time{}, nil
		}
		err = fmt.Errorf("client %s answers %s to a sign-out", n.Client, answer.Status)
	}
	if h.now().Sub(j.Created) > 2*time.Minute {
		return time.Time{}, err
	}
	return h.now().Add(10 * time.Second), err
}
