package connectors

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// facebook signs people in with Facebook and reads their own posts. Beside
// what meta.go names, from Meta's documentation:
//
//	the dialog, the exchange of the code
//	    https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
//	PKCE, "in testing" since 2023 and ignored where it is not in force
//	    https://developers.facebook.com/documentation/facebook-login/guides/advanced/oidc-token
//	permissions given and declined, and their revocation
//	    https://developers.facebook.com/docs/graph-api/reference/user/permissions
//	posts
//	    https://developers.facebook.com/docs/graph-api/reference/user/feed
type facebook struct{ *meta }

var _ Revoker = (*facebook)(nil)

func newFacebook(o Options) (Connector, error) {
	f := &facebook{}
	graph := host(o, "graph.facebook.com") + "/" + version(o)
	f.meta = newMeta(o, Code{
		About: Info{
			Name: o.Name, Title: titled(o, "Facebook"), Posts: true, Provider: "facebook",
			Powers:       []string{"posts", "lookup", "refresh", "revoke", "deauthorize"},
			Scopes:       map[profile.Purpose][]string{"": {"email", "public_profile"}, profile.Posts: {"user_posts"}},
			RevokesAll:   true,
			Registration: "an app at Meta with Facebook Login, app review for user_posts, the callback URL of each shop, and our addresses for deauthorization (/hooks/SHOP/" + o.Name + "/deauthorize) and deletion (/hooks/SHOP/" + o.Name + "/deletion)",
			Rules:        metaRules(o, "Facebook"),
		},
		Endpoint: oauth2.Endpoint{AuthURL: host(o, "www.facebook.com") + "/" + version(o) + "/dialog/oauth", TokenURL: graph + "/oauth/access_token"},
		Exchange: f.exchange,
		Account:  f.me,
	}, meta{graph: graph, proof: true, list: "/me/posts", fields: "id,message,created_time,permalink_url"})
	return f, nil
}

// exchange turns a code, or a token that still lives, into one for 60 days.
func (f *facebook) exchange(ctx context.Context, form url.Values) (*oauth2.Token, error) {
	own := url.Values{"client_id": {f.code.ID}, "client_secret": {f.code.Secret}}
	old := form.Get("refresh_token")
	if old == "" {
		for name, value := range own {
			form[name] = value
		}
		form.Set("code", strings.TrimSuffix(form.Get("code"), "#_"))
		short, err := f.code.askForm(ctx, f.code.Endpoint.TokenURL, form)
		if err != nil {
			return nil, err
		}
		old = short.AccessToken
	}
	own.Set("grant_type", "fb_exchange_token")
	own.Set("fb_exchange_token", old)
	long, err := lasting(f.code.askForm(ctx, f.code.Endpoint.TokenURL, own))
	if err != nil || form.Get("refresh_token") != "" {
		return long, err
	}
	granted, err := f.granted(ctx, long.AccessToken)
	if err != nil {
		return nil, err
	}
	return long.WithExtra(map[string]any{"scope": granted}), nil
}

// granted asks what the person agreed to: each permission can be declined in
// the dialog, and the token does not tell.
func (f *facebook) granted(ctx context.Context, token string) (string, error) {
	var said struct {
		Data []struct{ Permission, Status string }
	}
	if _, err := f.code.api().get(ctx, f.Client(Grant{Access: token}, nil), "permissions", f.graph+"/me/permissions", &said); err != nil {
		return "", err
	}
	var names []string
	for _, p := range said.Data {
		if p.Status == "granted" {
			names = append(names, p.Permission)
		}
	}
	return strings.Join(names, ","), nil
}

func (f *facebook) me(ctx context.Context, _ *http.Client, token *oauth2.Token, _ Callback) (profile.Account, error) {
	var who struct {
		ID, Name, Email string
		Picture         struct{ Data struct{ URL string } }
	}
	client := f.Client(Grant{Access: token.AccessToken}, nil)
	if _, err := f.code.api().get(ctx, client, "account", f.graph+"/me?fields=id,name,email,picture", &who); err != nil {
		return profile.Account{}, err
	}
	// Facebook has no handles, and does not say that the address is verified.
	return profile.Account{Provider: "facebook", Subject: who.ID, Handle: who.Name, Name: who.Name, Email: who.Email, Picture: who.Picture.Data.URL}, nil
}

// Revoke takes back all that the person granted to this app.
func (f *facebook) Revoke(ctx context.Context, g Grant) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodDelete, f.graph+"/me/permissions", nil)
	if err != nil {
		return profile.Wrap(profile.Internal, err, "the permission could not be taken back")
	}
	_, err = f.code.api().do(f.Client(g, nil), "revoke", r, nil)
	var answer *answerError
	if profile.Is(err, profile.Unauthorized) && errors.As(err, &answer) {
		return nil // dead already
	}
	return err
}
