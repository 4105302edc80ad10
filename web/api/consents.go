package api

import (
	"context"
	"slices"
	"strings"

	"tonfall/consent"
	"tonfall/profile"
)

func (a *API) consents(ctx context.Context, in *ByID) (*answer[list[Decision]], error) {
	c, err := a.customer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return page(decisions(c.Consents), ""), nil
}

type decideInput struct {
	ByID
	Body struct {
		Items []struct {
			Purpose  profile.Purpose  `json:"purpose" enum:"posts,mood,messages,shop_texts"`
			Provider string           `json:"provider,omitempty" maxLength:"400" doc:"For posts: which network. May be left out where the customer has one account."`
			Decision profile.Decision `json:"decision" enum:"granted,withdrawn"`
			Lang     string           `json:"lang,omitempty" maxLength:"35" doc:"In which language the customer read the text."`
		} `json:"items" nullable:"false" minItems:"1" maxItems:"50"`
		Reference string `json:"reference,omitempty" maxLength:"400" doc:"The shop's own proof of what the customer said. Needed to grant."`
	}
}

func (a *API) decide(ctx context.Context, in *decideInput) (*answer[consent.Receipt], error) {
	c, err := a.customer(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	var choices []consent.Choice
	for _, item := range in.Body.Items {
		choice := consent.Choice{
			Purpose: item.Purpose, Provider: item.Provider,
			Granted: item.Decision == profile.Granted, Lang: primary(item.Lang, c.Locale()),
		}
		if choice.Granted && strings.TrimSpace(in.Body.Reference) == "" {
			return nil, profile.Errorf(profile.Invalid, "a consent cannot be granted without proof: name your own record of it in \"reference\"")
		}
		if choice.Purpose == profile.Posts && choice.Provider == "" && len(c.Accounts) == 1 {
			choice.Provider = c.Accounts[0].Provider
		}
		if choice.Provider != "" && !slices.ContainsFunc(c.Accounts, func(a profile.Account) bool { return a.Provider == choice.Provider }) {
			return nil, profile.Errorf(profile.Invalid, "the customer has no account at %q; its accounts name their providers", choice.Provider)
		}
		choices = append(choices, choice)
	}
	receipt, err := a.Gate.Decide(ctx, c.Key, choices, profile.Proof{How: "api", Reference: in.Body.Reference})
	return &answer[consent.Receipt]{Body: receipt}, err
}

// primary is the language of the first tag that is not empty: "de" for "de-AT".
func primary(tags ...string) string {
	for _, tag := range tags {
		if lang, _, _ := strings.Cut(strings.ToLower(tag), "-"); lang != "" {
			return lang
		}
	}
	return "en"
}

// erase also answers where the customer is gone already: the receipt again.
func (a *API) erase(ctx context.Context, in *ByID) (*answer[consent.Receipt], error) {
	key, err := a.key(ctx, in.ID)
	if err != nil && !profile.Is(err, profile.Gone) {
		return nil, err
	}
	receipt, err := a.Gate.Erase(ctx, key, profile.Proof{How: "api"})
	return &answer[consent.Receipt]{Body: receipt}, err
}
