package connectors

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// tiktok signs people in with TikTok and reads what they wrote beside their
// public videos. Facts, from its documentation:
//
//	client_key, scopes separated by commas, no PKCE on the web
//	    https://developers.tiktok.com/doc/login-kit-web
//	tokens: access 24 hours, refresh 365 days, either may be new after a refresh
//	    https://developers.tiktok.com/doc/oauth-user-access-token-management
//	videos: newest first, 20 a page, the cursor a time in milliseconds
//	    https://developers.tiktok.com/doc/tiktok-api-v2-video-list
//	videos by id: 20 a call, those that are gone are missing
//	    https://developers.tiktok.com/doc/tiktok-api-v2-video-query
//	errors by code; "ok" is none
//	    https://developers.tiktok.com/doc/tiktok-api-v2-error-handling
//	the callback is in tiktok_callback.go
type tiktok struct {
	Code
	base string // of the API
}

var (
	_ PostReader   = (*tiktok)(nil)
	_ PostLister   = (*tiktok)(nil)
	_ Refresher    = (*tiktok)(nil)
	_ Revoker      = (*tiktok)(nil)
	_ Deauthorizer = (*tiktok)(nil)
)

const (
	tiktokPage   = 20 // videos in one answer or lookup, the most there are
	tiktokFields = "id,create_time,title,video_description,share_url"
	tiktokTerms  = "https://www.tiktok.com/legal/page/global/tik-tok-developer-terms-of-service/en"
)

func newTikTok(o Options) (Connector, error) {
	t := &tiktok{base: host(o, "open.tiktokapis.com")}
	t.Code = Code{
		About: Info{
			Name: o.Name, Title: titled(o, "TikTok"), Posts: true, Provider: "tiktok",
			Powers:       []string{"posts", "lookup", "refresh", "revoke", "deauthorize"},
			Scopes:       map[profile.Purpose][]string{"": {"user.info.basic"}, profile.Posts: {"video.list"}},
			RevokesAll:   true, // a revocation is announced as authorization.removed, reason 5
			Registration: "an app at TikTok for Developers with Login Kit and Display API, reviewed for video.list, with the callback URL of each shop and our address for webhooks (/hooks/SHOP/" + o.Name + "); client_id is the client key",
			Rules: conditional(o, "TikTok",
				"data serves only what the app review has seen and the person agreed to, and goes when the permission ends",
				"only the uses that TikTok's review of the app has seen", tiktokTerms),
		},
		ID: o.ClientID, Secret: o.ClientSecret, Extra: o.Scopes, HTTP: o.HTTP, Now: o.Now,
		Endpoint: oauth2.Endpoint{AuthURL: host(o, "www.tiktok.com") + "/v2/auth/authorize/", TokenURL: t.base + "/v2/oauth/token/"},
		NoPKCE:   true,
		Exchange: t.exchange,
		Special:  t.problem,
		Account:  t.me,
	}
	return t, nil
}

// Begin writes the authorization request in TikTok's own terms.
func (t *tiktok) Begin(ctx context.Context, s Start) (Step, error) {
	step, err := t.Code.Begin(ctx, s)
	if err != nil {
		return Step{}, err
	}
	to, err := url.Parse(step.URL)
	if err != nil {
		return Step{}, profile.Wrap(profile.Internal, err, "the sign-in could not be prepared")
	}
	query := to.Query()
	query.Set("client_key", query.Get("client_id"))
	query.Del("client_id")
	query.Set("scope", strings.ReplaceAll(query.Get("scope"), " ", ","))
	to.RawQuery = query.Encode()
	step.URL = to.String()
	return step, nil
}

func (t *tiktok) exchange(ctx context.Context, form url.Values) (*oauth2.Token, error) {
	form.Set("client_key", t.ID)
	form.Set("client_secret", t.Secret)
	return t.askForm(ctx, t.Endpoint.TokenURL, form)
}

// problem tells a permission that was not given from a token that is dead:
// TikTok answers 401 to both.
func (t *tiktok) problem(call string, status int, _ http.Header, body []byte) error {
	cause := &answerError{Status: status, Code: errorCode(body)}
	switch cause.Code {
	case "scope_not_authorized", "scope_permission_missed":
		return profile.Wrap(profile.Forbidden, cause, t.About.Title+" does not permit this call ("+call+") with the permission given")
	case "access_token_invalid":
		return profile.Wrap(profile.Unauthorized, cause, t.About.Title+" no longer accepts this permission ("+call+")")
	}
	return nil
}

func (t *tiktok) me(ctx context.Context, c *http.Client, _ *oauth2.Token, _ Callback) (profile.Account, error) {
	var said struct {
		Data struct {
			User struct {
				ID      string `json:"open_id"`
				Name    string `json:"display_name"`
				Picture string `json:"avatar_url"`
			}
		}
	}
	if _, err := t.api().get(ctx, c, "account", t.base+"/v2/user/info/?fields=open_id,display_name,avatar_url", &said); err != nil {
		return profile.Account{}, err
	}
	u := said.Data.User // the handle needs a scope of its own, user.info.profile
	return profile.Account{Provider: "tiktok", Subject: u.ID, Handle: u.Name, Name: u.Name, Picture: u.Picture}, nil
}

// Revoke ends all that the person granted to this app.
func (t *tiktok) Revoke(ctx context.Context, g Grant) error {
	form := url.Values{"client_key": {t.ID}, "client_secret": {t.Secret}, "token": {g.Access}}
	_, err := t.api().postForm(ctx, t.HTTP, "revoke", t.base+"/v2/oauth/revoke/", form, nil)
	var answer *answerError
	if errors.As(err, &answer) && (profile.Is(err, profile.Unauthorized) || answer.Code == "invalid_grant") {
		return nil // dead already
	}
	return err
}

// videos is an answer with videos.
type videos struct {
	Data struct {
		Videos []struct {
			ID          string
			Created     int64 `json:"create_time"` // epoch seconds
			Title       string
			Description string `json:"video_description"`
			URL         string `json:"share_url"`
		}
		Cursor int64
		More   bool `json:"has_more"`
	}
	Error struct{ Code string }
}

// Posts answers a page. The cursor is TikTok's: a time in milliseconds.
func (t *tiktok) Posts(ctx context.Context, c *http.Client, a profile.Account, cursor string) ([]profile.Post, string, error) {
	body := map[string]any{"max_count": tiktokPage}
	if cursor != "" {
		body["cursor"] = json.Number(cursor)
	}
	page, err := t.videos(ctx, c, "posts", "/v2/video/list/", body)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if page.Data.More {
		next = strconv.FormatInt(page.Data.Cursor, 10)
	}
	return t.posts(a, page), next, nil
}

// Lookup asks for twenty at a time.
func (t *tiktok) Lookup(ctx context.Context, c *http.Client, a profile.Account, ids []string) ([]profile.Post, error) {
	var found []profile.Post
	for some := range slices.Chunk(ids, tiktokPage) {
		page, err := t.videos(ctx, c, "lookup", "/v2/video/query/", map[string]any{"filters": map[string]any{"video_ids": some}})
		if err != nil {
			return nil, err
		}
		found = append(found, t.posts(a, page)...)
	}
	return found, nil
}

func (t *tiktok) videos(ctx context.Context, c *http.Client, call, path string, body map[string]any) (videos, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return videos{}, profile.Errorf(profile.Invalid, "this is not a place in the videos of %s", t.About.Title)
	}
	var page videos
	if _, err := t.api().post(ctx, c, call, t.base+path+"?fields="+tiktokFields, "application/json", text, &page); err != nil {
		return videos{}, err
	}
	if page.Error.Code != "ok" { // an answer without one is not TikTok's
		return videos{}, profile.Wrap(profile.Upstream, &answerError{Code: "unreadable"}, t.About.Title+" sent an answer that cannot be read ("+call+"); please try again later")
	}
	return page, nil
}

func (t *tiktok) posts(a profile.Account, page videos) []profile.Post {
	posts := make([]profile.Post, 0, len(page.Data.Videos))
	for _, v := range page.Data.Videos {
		posts = append(posts, profile.Post{
			Connector: a.Connector, Provider: a.Provider, Subject: a.Subject, ID: v.ID, Kind: profile.Original,
			Text: profile.OwnWords(cmp.Or(v.Description, v.Title)), At: time.Unix(v.Created, 0).UTC(), Fetched: t.Now().UTC(), URL: v.URL,
		})
	}
	return posts
}
