package enrich

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"tonfall/connectors"
	"tonfall/consent"
	"tonfall/profile"
)

// lookupPage is how many ids one Lookup asks for; lookupMost how many a sync
// asks for in all, newest first.
const (
	lookupPage = 100
	lookupMost = 1000
)

// follow re-reads what we hold and removes what has vanished upstream; what was
// edited is scored anew.
func (s *syncing) follow(ctx context.Context) error {
	lister, ok := s.connector.(connectors.PostLister)
	if !ok {
		return nil
	}
	ids := make([]string, 0, len(s.known))
	at := map[string]time.Time{}
	for _, item := range s.known {
		ids = append(ids, item.ID)
		at[item.ID] = item.At
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(at[b].Compare(at[a]), cmp.Compare(a, b)) })
	for chunk := range slices.Chunk(ids[:min(len(ids), lookupMost)], lookupPage) {
		var found []profile.Post
		err := s.call(ctx, s.key, s.account, s.connector, func(client *http.Client) (err error) {
			found, err = lister.Lookup(ctx, client, s.account, chunk)
			return err
		})
		if err != nil {
			return err
		}
		batch, err := s.batch(ctx, found, time.Time{})
		if err != nil {
			return err
		}
		batch.Gone = missing(chunk, found)
		if len(batch.Gone)+len(batch.Posts) == 0 {
			continue
		}
		if err := s.save(ctx, batch, func(*profile.Account) {}); err != nil {
			return err
		}
	}
	return nil
}

// missing are the ids that nobody answered for.
func missing(asked []string, found []profile.Post) []string {
	var gone []string
	for _, id := range asked {
		if !slices.ContainsFunc(found, func(p profile.Post) bool { return p.ID == id }) {
			gone = append(gone, id)
		}
	}
	return gone
}

// rescore reads kept texts that have no reading yet: the person agreed to the
// mood later than to the posts.
func (s *syncing) rescore(ctx context.Context) error {
	unread := 0
	for _, item := range s.known {
		if item.Text && !item.Scored {
			unread++
		}
	}
	if unread == 0 {
		return nil
	}
	cursor := ""
	for {
		page, next, err := s.Gate.Posts(ctx, s.key, cursor, 500)
		if err != nil {
			return err
		}
		page = slices.DeleteFunc(page, func(p profile.Post) bool {
			item := s.known[p.Item()]
			return !item.Text || item.Scored
		})
		evidence, err := s.read(ctx, s.key, page)
		if err != nil {
			return err
		}
		if len(evidence) > 0 {
			s.report.Scored += len(evidence)
			if err := s.save(ctx, consent.Batch{Evidence: evidence}, func(*profile.Account) {}); err != nil {
				return err
			}
		}
		if cursor = next; cursor == "" {
			return nil
		}
	}
}
