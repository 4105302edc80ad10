package api

import (
	"context"
	"encoding/json"
	"time"

	"tonfall/messages"
	"tonfall/profile"
	"tonfall/web/wording"
)

type outcomeInput struct {
	ID string `path:"id" maxLength:"120" doc:"exposure of the render's answer."`
	Posted
	Body struct {
		Outcome messages.Result `json:"outcome" enum:"delivered,clicked,converted,complained,unsubscribed"`
		At      time.Time       `json:"at,omitzero" doc:"Left out: now."`
	}
}

// Outcomes is what came of a message so far.
type Outcomes struct {
	Exposure string             `json:"exposure"`
	Outcomes []messages.Outcome `json:"outcomes" nullable:"false"`
}

func (a *API) outcome(ctx context.Context, in *outcomeInput) (*answer[Outcomes], error) {
	at := in.Body.At
	if at.IsZero() || at.After(a.Now()) {
		at = a.Now()
	}
	var exposure wording.Exposed
	err := a.Gate.Outcome(ctx, who(ctx).Shop, in.ID, func(raw json.RawMessage) (json.RawMessage, error) {
		exposure = wording.Exposed{}
		if err := json.Unmarshal(raw, &exposure); err != nil {
			return nil, profile.Wrap(profile.Internal, err, "the exposure cannot be read")
		}
		if _, err := exposure.Add(messages.Outcome{Result: in.Body.Outcome, At: at.UTC()}); err != nil {
			return nil, err
		}
		return json.Marshal(exposure)
	})
	return &answer[Outcomes]{Body: Outcomes{Exposure: in.ID, Outcomes: exposure.Outcomes}}, err
}
