package signin_test

import (
	"context"

	"tonfall/profile"
	"tonfall/web/signin"
)

// clients are registered in memory, by shop and id.
type clients map[string]map[string]signin.Client

func (c clients) Client(_ context.Context, shop, id string) (signin.Client, error) {
	client, there := c[shop][id]
	if !there {
		return client, profile.Errorf(profile.NotFound, "there is no client %q", id)
	}
	return client, nil
}
