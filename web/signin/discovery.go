package signin

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"

	"tonfall/profile"
	"tonfall/web/ui"
)

// metadata is the discovery document with what the library's type lacks.
type metadata struct {
	oidc.DiscoveryConfiguration
	IssParameter bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207
	Prompts      []string `json:"prompt_values_supported"`
}

// discovery tells programs what this issuer can do, and nothing that it cannot.
func (s *Site) discovery(w http.ResponseWriter, r *http.Request) error {
	issuer := s.issuer(shopOf(r.Context()).Slug)
	secrets := []oidc.AuthMethod{oidc.AuthMethodBasic, oidc.AuthMethodPost}
	return publish(w, metadata{
		DiscoveryConfiguration: oidc.DiscoveryConfiguration{
			Issuer:                issuer,
			AuthorizationEndpoint: issuer + "/authorize",
			TokenEndpoint:         issuer + "/token",
			UserinfoEndpoint:      issuer + "/userinfo",
			JwksURI:               issuer + "/jwks",
			RevocationEndpoint:    issuer + "/revoke",
			IntrospectionEndpoint: issuer + "/introspect",
			EndSessionEndpoint:    issuer + "/logout",

			ScopesSupported:                           append(CustomerScopes(), BackendScopes()...),
			ResponseTypesSupported:                    []string{"code"},
			ResponseModesSupported:                    []string{"query", "form_post"},
			GrantTypesSupported:                       []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken, oidc.GrantTypeClientCredentials},
			SubjectTypesSupported:                     []string{"pairwise"},
			IDTokenSigningAlgValuesSupported:          []string{"ES256", "EdDSA", "RS256"},
			TokenEndpointAuthMethodsSupported:         append(secrets, oidc.AuthMethodNone),
			RevocationEndpointAuthMethodsSupported:    append(secrets, oidc.AuthMethodNone),
			IntrospectionEndpointAuthMethodsSupported: secrets,
			ClaimTypesSupported:                       []string{"normal"},
			ClaimsSupported:                           []string{"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "name", "preferred_username", "picture", "locale", "email", "email_verified", "tonfall:connector"},
			CodeChallengeMethodsSupported:             []oidc.CodeChallengeMethod{oidc.CodeChallengeMethodS256},
			UILocalesSupported:                        oidc.ParseLocales(ui.Languages()),
			BackChannelLogoutSupported:                true,
			BackChannelLogoutSessionSupported:         true,
		},
		IssParameter: true,
		Prompts:      []string{"none", "login", "consent", "select_account"},
	})
}

// jwks publishes the keys that ID tokens are signed with.
func (s *Site) jwks(w http.ResponseWriter, _ *http.Request) error {
	return publish(w, s.Signing.JWKS())
}

// publish answers public JSON that may be kept for five minutes.
func publish(w http.ResponseWriter, value any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	return json.NewEncoder(w).Encode(value)
}

// Principal is who calls an API with an access token.
type Principal struct {
	Shop    string
	Client  string
	Subject profile.CustomerID // empty for a shop's back end
	Scopes  []string
	Expires time.Time
}

// Authenticate finds out who calls, from the header Authorization: Bearer.
// Unauthorized where there is nobody, the token is bad, expired or revoked, or
// its shop or client is no longer there.
func (s *Site) Authenticate(r *http.Request) (Principal, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return Principal{}, profile.Errorf(profile.Unauthorized, "send an access token: Authorization: Bearer …")
	}
	f, access, err := s.check(r.Context(), strings.TrimSpace(token))
	if err != nil {
		return Principal{}, err
	}
	if _, there := s.Shops.Shop(f.Subject.Shop); !there {
		return Principal{}, profile.Errorf(profile.Unauthorized, "the shop of this access token is no longer here")
	}
	_, err = s.Clients.Client(r.Context(), f.Subject.Shop, f.Client)
	if profile.Is(err, profile.NotFound) {
		return Principal{}, profile.Errorf(profile.Unauthorized, "the client of this access token is no longer registered")
	}
	if err != nil {
		return Principal{}, err
	}
	return Principal{Shop: f.Subject.Shop, Client: f.Client, Subject: f.Subject.ID, Scopes: access.Scopes, Expires: access.Expires}, nil
}
