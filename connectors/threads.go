package connectors

import (
	"context"
	"net/http"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// newThreads makes the connector for Threads
// (https://developers.facebook.com/docs/threads): who came, and the posts as
// https://developers.facebook.com/docs/threads/threads-media lists them.
// Threads documents no revocation and no PKCE. Of its two domains, threads.com
// is the one that the documentation of 2026 writes
// (https://developers.facebook.com/documentation/threads/reference).
func newThreads(o Options) (Connector, error) {
	graph := host(o, "graph.threads.com")
	var m *meta
	m = newMeta(o, Code{
		About: Info{
			Name: o.Name, Title: titled(o, "Threads"), Posts: true, Provider: "threads",
			Powers:       []string{"posts", "lookup", "refresh", "deauthorize"},
			Scopes:       map[profile.Purpose][]string{"": {"threads_basic"}, profile.Posts: {}},
			Registration: "an app at Meta with the use case Threads API, app review for threads_basic, the callback URL of each shop, and our addresses for uninstall (/hooks/SHOP/" + o.Name + "/deauthorize) and deletion (/hooks/SHOP/" + o.Name + "/deletion)",
			Rules:        metaRules(o, "Threads"),
		},
		Endpoint: oauth2.Endpoint{AuthURL: host(o, "threads.com") + "/oauth/authorize"},
		NoPKCE:   true,
		Exchange: longLived(o, "th", graph+"/oauth/access_token", graph),
		Account: func(ctx context.Context, _ *http.Client, token *oauth2.Token, _ Callback) (profile.Account, error) {
			var who struct {
				ID, Username, Name string
				Picture            string `json:"threads_profile_picture_url"`
			}
			client := m.Client(Grant{Access: token.AccessToken}, nil)
			if _, err := m.code.api().get(ctx, client, "account", m.graph+"/me?fields=id,username,name,threads_profile_picture_url", &who); err != nil {
				return profile.Account{}, err
			}
			return profile.Account{Provider: "threads", Subject: who.ID, Handle: who.Username, Name: who.Name, Picture: who.Picture, URL: "https://www.threads.com/@" + who.Username}, nil
		},
	}, meta{graph: graph + "/v1.0", list: "/me/threads", fields: "id,text,timestamp,permalink,media_type,is_quote_post"})
	return m, nil
}
