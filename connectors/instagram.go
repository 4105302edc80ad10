package connectors

import (
	"context"
	"net/http"

	"golang.org/x/oauth2"

	"tonfall/profile"
)

// newInstagram makes the connector for Instagram, by the API with Instagram
// login, which knows professional accounts only
// (https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login).
// It documents no revocation and no PKCE. People are sent to www.instagram.com:
// the page at api.instagram.com that a reference still names is gone
// (https://github.com/chatwoot/chatwoot/pull/15575).
func newInstagram(o Options) (Connector, error) {
	graph := host(o, "graph.instagram.com")
	var m *meta
	m = newMeta(o, Code{
		About: Info{
			Name: o.Name, Title: titled(o, "Instagram"), Posts: true, Provider: "instagram",
			Powers:       []string{"posts", "lookup", "refresh", "deauthorize"},
			Scopes:       map[profile.Purpose][]string{"": {"instagram_business_basic"}, profile.Posts: {}},
			Registration: "an app at Meta with Instagram business login and app review for instagram_business_basic, the callback URL of each shop, and our addresses for deauthorization (/hooks/SHOP/" + o.Name + "/deauthorize) and deletion (/hooks/SHOP/" + o.Name + "/deletion); people need a professional account",
			Rules:        metaRules(o, "Instagram"),
		},
		Endpoint: oauth2.Endpoint{AuthURL: host(o, "www.instagram.com") + "/oauth/authorize"},
		NoPKCE:   true,
		Exchange: longLived(o, "ig", host(o, "api.instagram.com")+"/oauth/access_token", graph),
		Account: func(ctx context.Context, _ *http.Client, token *oauth2.Token, _ Callback) (profile.Account, error) {
			type person struct {
				ID, Username, Name string
				Picture            string `json:"profile_picture_url"`
			}
			var said struct { // documented inside a list, sent bare as well
				person
				Data []person
			}
			client := m.Client(Grant{Access: token.AccessToken}, nil)
			if _, err := m.code.api().get(ctx, client, "account", m.graph+"/me?fields=id,username,name,profile_picture_url", &said); err != nil {
				return profile.Account{}, err
			}
			who := said.person
			if len(said.Data) > 0 {
				who = said.Data[0]
			}
			return profile.Account{Provider: "instagram", Subject: who.ID, Handle: who.Username, Name: who.Name, Picture: who.Picture, URL: "https://www.instagram.com/" + who.Username}, nil
		},
	}, meta{graph: graph + "/" + version(o), list: "/me/media", fields: "id,caption,timestamp,permalink,media_type"})
	return m, nil
}
