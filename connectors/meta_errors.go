package connectors

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"tonfall/profile"
)

// metaSpecial tells the numbered errors of the Graph API, which often come as
// HTTP 400:
//
//	https://developers.facebook.com/docs/graph-api/guides/error-handling
//	https://developers.facebook.com/docs/graph-api/overview/rate-limiting
func metaSpecial(title string, now func() time.Time) func(call string, status int, h http.Header, body []byte) error {
	return func(call string, status int, h http.Header, body []byte) error {
		var said struct {
			Error struct {
				Code    int `json:"code"`
				Subcode int `json:"error_subcode"`
			} `json:"error"`
		}
		if !reads(body, &said) {
			return nil
		}
		code := said.Error.Code
		cause := &answerError{Status: status, Code: "code " + strconv.Itoa(code)}
		fail := func(kind profile.Kind, sentence string) error {
			return profile.Wrap(kind, cause, title+" "+sentence+" ("+call+")")
		}
		switch {
		case code == 190, code == 102:
			return fail(profile.Unauthorized, "no longer accepts this permission")
		case code == 4, code == 17, code == 32, code == 341, code == 613, code >= 80000 && code <= 80014:
			return &profile.Error{Kind: profile.TooMany, Err: cause, NotBefore: regained(h, now()),
				Msg: title + " asks for fewer calls for a while (" + call + "); it goes on by itself later"}
		case code == 100 && said.Error.Subcode == 33, code == 803:
			return fail(profile.Gone, "no longer has what was asked for")
		case code == 3, code == 10, code >= 200 && code <= 299:
			return fail(profile.Forbidden, "does not permit this call with the permission given")
		case code == 101:
			return fail(profile.Upstream, "does not know this shop's app; its id and secret need checking")
		case code == 1, code == 2:
			return fail(profile.Upstream, "could not answer; please try again later")
		}
		return nil
	}
}

// regained is when calls are welcome again. Business use cases say it in
// minutes; the other limits count over a rolling hour and say nothing.
func regained(h http.Header, now time.Time) time.Time {
	var usage map[string][]struct {
		Minutes int `json:"estimated_time_to_regain_access"`
	}
	wait := 0
	if json.Unmarshal([]byte(h.Get("X-Business-Use-Case-Usage")), &usage) == nil {
		for _, cases := range usage {
			for _, c := range cases {
				wait = max(wait, c.Minutes)
			}
		}
	}
	if wait <= 0 || wait > int(longestWait/time.Minute) {
		wait = 60
	}
	return now.Add(time.Duration(wait) * time.Minute)
}
