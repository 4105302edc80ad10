package api

import (
	"context"

	"tonfall/profile"
)

// key finds the customer that a path or body names, in the caller's shop only.
func (a *API) key(ctx context.Context, id string) (profile.Key, error) {
	caller := who(ctx)
	key, err := a.Gate.Resolve(ctx, caller.Shop, id)
	if profile.Is(err, profile.NotFound) {
		return key, profile.Errorf(profile.NotFound, "there is no such customer in this shop")
	}
	caller.customer = key.ID
	return key, err
}

// customer reads the one that a path or body names.
func (a *API) customer(ctx context.Context, id string) (profile.Customer, error) {
	key, err := a.key(ctx, id)
	if err != nil {
		return profile.Customer{}, err
	}
	return a.Gate.Customer(ctx, key)
}

type listInput struct {
	Paged
	Q string `query:"q" maxLength:"200" doc:"Part of a name, a handle, an e-mail address or a customer number."`
}

func (a *API) list(ctx context.Context, in *listInput) (*answer[list[Customer]], error) {
	customers, next, err := a.Gate.Customers(ctx, who(ctx).Shop, in.Cursor, in.Limit, in.Q)
	if err != nil {
		return nil, err
	}
	items := make([]Customer, len(customers))
	for i, c := range customers {
		items[i] = view(c)
	}
	return page(items, next), nil
}

func (a *API) get(ctx context.Context, in *ByID) (*answer[Customer], error) {
	c, err := a.customer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &answer[Customer]{Body: view(c)}, nil
}

type referenceInput struct {
	ByID
	Body struct {
		Reference string `json:"reference" maxLength:"200" example:"10042" doc:"Empty takes the number away."`
	}
}

func (a *API) setReference(ctx context.Context, in *referenceInput) (*answer[Customer], error) {
	key, err := a.key(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := a.Gate.SetReference(ctx, key, in.Body.Reference); err != nil {
		return nil, err
	}
	c, err := a.Gate.Customer(ctx, key)
	return &answer[Customer]{Body: view(c)}, err
}

type resynced struct {
	Queued bool `json:"queued"`
}

type postByID struct {
	ByID
	Posted
}

func (a *API) resync(ctx context.Context, in *postByID) (*answer[resynced], error) {
	key, err := a.key(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &answer[resynced]{Body: resynced{Queued: true}}, a.Enrich.Resync(ctx, key)
}
