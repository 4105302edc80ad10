package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"time"

	"tonfall/web/links"
)

// linkDays is how long a link into the own page lives where the shop says
// nothing.
const linkDays = 7

type linkInput struct {
	ByID
	Posted
	Body *struct {
		Days int `json:"days,omitempty" minimum:"1" maximum:"30" doc:"How long the link lives; left out: 7."`
	} `required:"false"`
}

// OwnPage is a link into the customer's own page.
type OwnPage struct {
	Me      string    `json:"me" doc:"For one mail to this customer. It opens the own page in the browser in which it is used first, and in no other: to see, correct and withdraw. Agreeing to more, downloading and erasing ask for signing in."`
	Expires time.Time `json:"expires" doc:"When the link and what it opened end."`
}

func (a *API) link(ctx context.Context, in *linkInput) (*answer[OwnPage], error) {
	key, err := a.key(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	days := 0
	if in.Body != nil {
		days = in.Body.Days
	}
	until := a.Now().UTC().Truncate(time.Second).AddDate(0, 0, cmp.Or(days, linkDays))
	url, err := a.Links.Me(links.Me{Key: key, ID: rand.Text(), Until: until})
	return &answer[OwnPage]{Body: OwnPage{Me: url, Expires: until}}, err
}
