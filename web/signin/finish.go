package signin

import (
	"context"
	"net/http"
	"time"

	"tonfall/profile"
)

// granted is what an authorization code stands for.
type granted struct {
	Client    string    `json:"client"`
	Redirect  string    `json:"redirect"`
	Challenge string    `json:"challenge"`
	Nonce     string    `json:"nonce,omitempty"`
	Scopes    []string  `json:"scopes"`
	Who       arrived   `json:"who"`
	Session   string    `json:"session"`
	AuthTime  time.Time `json:"auth_time"`
	Family    string    `json:"family"` // name of the family of tokens it will found
	Until     time.Time `json:"until"`
}

// finish signs the customer in and answers where the browser goes. A flow is
// finished once: in a second tab it has ended.
func (s *Site) finish(w http.ResponseWriter, r *http.Request, f flow, ticket string, who arrived) (answer, error) {
	_, err := take[flow](r.Context(), s, who.Key.Shop, kindFlow, ticket)
	if profile.Is(err, profile.Gone) {
		return answer{}, profile.Errorf(profile.Conflict, "this sign-in was finished already, perhaps in another tab")
	}
	if err != nil {
		return answer{}, err
	}
	session, err := s.open(w, r, who)
	if err != nil {
		return answer{}, err
	}
	if f.Client == "" {
		return answer{Redirect: f.ReturnTo}, nil
	}
	return s.code(r.Context(), f, session)
}

// code makes the answer to the shop: a code that is taken once.
func (s *Site) code(ctx context.Context, f flow, session session) (answer, error) {
	family := secret()
	if err := s.visited(ctx, session, f.Client); err != nil {
		return answer{}, err
	}
	code, err := s.put(ctx, Ticket{
		Shop: session.Key.Shop, Kind: kindCode, Owner: session.Key.ID,
		Trace: []byte(family + " " + string(session.Key.ID)),
	}, codeTrace, granted{
		Client: f.Client, Redirect: f.Redirect, Challenge: f.Challenge, Nonce: f.Nonce, Scopes: f.Scopes,
		Who: session.arrived, Session: session.ID, AuthTime: session.AuthTime, Family: family, Until: s.Now().Add(codeLife),
	})
	if err != nil {
		return answer{}, err
	}
	return answer{Redirect: f.Redirect, Posts: f.Posts, Lang: f.Lang, Params: map[string]string{"code": code, "state": f.State}}, nil
}
