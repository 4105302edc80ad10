package connectors

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"tonfall/profile"
)

// Notice is what a provider tells, unasked, of one of its accounts. It may
// arrive more than once: ID tells them apart.
type Notice struct {
	ID       string // of the message; with several events in one, all have it
	Provider string // as in profile.Account
	Subject  string // as in profile.Account; empty for a Probe
	Kind     NoticeKind
}

// NoticeKind says what happened.
type NoticeKind string

// The kinds of notice.
const (
	NoticeRevoked     NoticeKind = "revoked"     // the person ended our grant: it is dead
	NoticeDeleted     NoticeKind = "deleted"     // the account is gone for good
	NoticeEndangered  NoticeKind = "endangered"  // somebody else may have come in: end the sessions
	NoticeDisabled    NoticeKind = "disabled"    // the account cannot be used for now
	NoticeEnabled     NoticeKind = "enabled"     // and now it can again
	NoticeUnreachable NoticeKind = "unreachable" // its relay address takes no mail any more
	NoticeReachable   NoticeKind = "reachable"   // and now it does again
	NoticeProbe       NoticeKind = "probe"       // the provider tries whether we listen
)

// Facts about Google's Cross-Account Protection: issuer with a slash at its
// end, RS256 by the keys of accounts.google.com/.well-known/risc-configuration,
// no expiry, the event types and what each asks for:
// https://developers.google.com/identity/protocols/risc
const (
	riscIssuer = googleIssuer + "/"
	riscEvents = "https://schemas.openid.net/secevent/risc/event-type/"
	oauthEvent = "https://schemas.openid.net/secevent/oauth/event-type/"
)

// GoogleNotices reads a security event token (RFC 8417) that was sent to one
// of the clients. keys are Google's. Events of unknown types, and those about
// single tokens, are left out. Unauthorized means that the token proves
// nothing.
func GoogleNotices(token string, keys jose.JSONWebKeySet, clients ...string) ([]Notice, error) {
	var set struct {
		jwt.Claims
		Events map[string]struct {
			Subject struct {
				Issuer string `json:"iss"`
				ID     string `json:"sub"`
			} `json:"subject"`
			Reason string `json:"reason"`
		} `json:"events"`
	}
	if err := proven("Google", token, keys, &set); err != nil {
		return nil, err
	}
	// Security event tokens tell of what was: they do not expire.
	if set.Issuer != riscIssuer || !addressed(set.Audience, clients) || set.ID == "" {
		return nil, unproven("Google", "claims")
	}
	var notices []Notice
	for name, e := range set.Events {
		n := Notice{ID: set.ID, Provider: googleIssuer, Subject: e.Subject.ID}
		switch name {
		case riscEvents + "sessions-revoked", riscEvents + "account-credential-change-required":
			n.Kind = NoticeEndangered
		case oauthEvent + "tokens-revoked":
			n.Kind = NoticeRevoked
		case riscEvents + "account-disabled":
			if n.Kind = NoticeDisabled; e.Reason == "hijacking" {
				n.Kind = NoticeEndangered
			}
		case riscEvents + "account-enabled":
			n.Kind = NoticeEnabled
		case riscEvents + "account-purged":
			n.Kind = NoticeDeleted
		case riscEvents + "verification":
			notices = append(notices, Notice{ID: set.ID, Provider: googleIssuer, Kind: NoticeProbe})
			continue
		default:
			continue
		}
		if n.Subject != "" && strings.TrimSuffix(e.Subject.Issuer, "/") == googleIssuer {
			notices = append(notices, n)
		}
	}
	return notices, nil
}

// AppleNotice reads the payload of a server-to-server notification that was
// sent for the client. keys are Apple's (https://appleid.apple.com/auth/keys);
// now decides on its expiry. Source of the types:
// https://developer.apple.com/documentation/signinwithapple/processing-changes-for-sign-in-with-apple-accounts;
// of the events' form, a text that holds JSON:
// https://developer.apple.com/forums/thread/655485. ok is false where the type
// is unknown. Unauthorized means that the payload proves nothing.
func AppleNotice(payload string, keys jose.JSONWebKeySet, client string, now time.Time) (n Notice, ok bool, err error) {
	var said struct {
		jwt.Claims
		Events json.RawMessage `json:"events"`
	}
	if err := proven("Apple", payload, keys, &said); err != nil {
		return Notice{}, false, err
	}
	const leeway = time.Minute
	within := said.ValidateWithLeeway(jwt.Expected{Issuer: appleIssuer, Time: now}, leeway)
	if within != nil || said.Expiry == nil || !addressed(said.Audience, []string{client}) || said.ID == "" {
		return Notice{}, false, unproven("Apple", "claims")
	}
	var text string
	if json.Unmarshal(said.Events, &text) != nil {
		text = string(said.Events)
	}
	var event struct {
		Type    string `json:"type"`
		Subject string `json:"sub"`
	}
	if json.Unmarshal([]byte(text), &event) != nil || event.Subject == "" {
		return Notice{}, false, profile.Errorf(profile.Invalid, "Apple's notification names no account")
	}
	kind := map[string]NoticeKind{
		"consent-revoked": NoticeRevoked,
		"account-deleted": NoticeDeleted, // so documented
		"account-delete":  NoticeDeleted, // so seen
		"email-disabled":  NoticeUnreachable,
		"email-enabled":   NoticeReachable,
	}[event.Type]
	return Notice{ID: said.ID, Provider: appleIssuer, Subject: event.Subject, Kind: kind}, kind != "", nil
}

// proven checks the signature and reads the claims.
func proven(provider, token string, keys jose.JSONWebKeySet, into any) error {
	signed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return unproven(provider, "form")
	}
	if signed.Claims(&keys, into) != nil {
		return unproven(provider, "signature")
	}
	return nil
}

// addressed reports whether one of the clients is meant. No client is nobody.
func addressed(audience jwt.Audience, clients []string) bool {
	for _, c := range clients {
		if c != "" && audience.Contains(c) {
			return true
		}
	}
	return false
}

// unproven refuses a message without repeating any of it.
func unproven(provider, what string) error {
	return profile.Wrap(profile.Unauthorized, &answerError{Code: "notice_" + what + "_refused"}, "this message does not come from "+provider)
}
