package connectors_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"tonfall/connectors"
	"tonfall/connectors/connectortest"
	"tonfall/profile"
)

// TestStrangePostsArrive gives each network a page with a post from before
// 1970 without words (null) and one from the future with 10,000 hashtags,
// markup and an id above 2^53. {past}, {future} and {tags} stand for them.
func TestStrangePostsArrive(t *testing.T) {
	past, future := time.Date(1965, 2, 3, 4, 5, 6, 0, time.UTC), time.Date(2040, 2, 3, 4, 5, 6, 0, time.UTC)
	tags := strings.TrimSpace(strings.Repeat("#tag ", 10_000)) + ` <b onclick=\"x\">&copy;</b>`
	epoch := func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
	const iso, graph = "2006-01-02T15:04:05.000Z", "2006-01-02T15:04:05-0700"
	for kind, x := range map[string]struct{ api, page, past, future string }{
		"x": {page: `{"data":[{"id":"9007199254740993","text":"{tags}","created_at":"{future}"},{"id":"1","text":null,"lang":null,"created_at":"{past}"}],"meta":{"result_count":2}}`,
			past: past.Format(iso), future: future.Format(iso)},
		"x v1.1": {api: "v1.1", page: `[{"id":9007199254740993,"id_str":"9007199254740993","full_text":"{tags}","created_at":"{future}"},{"id":1,"id_str":"1","full_text":null,"created_at":"{past}"}]`,
			past: past.Format(time.RubyDate), future: future.Format(time.RubyDate)},
		"threads": {page: `{"data":[{"id":"9007199254740993","text":"{tags}","timestamp":"{future}"},{"id":"1","text":null,"timestamp":"{past}"}],"paging":{}}`,
			past: past.Format(graph), future: future.Format(graph)},
		"instagram": {page: `{"data":[{"id":"9007199254740993","caption":"{tags}","timestamp":"{future}"},{"id":"1","caption":null,"timestamp":"{past}"}]}`,
			past: past.Format(graph), future: future.Format(graph)},
		"facebook": {page: `{"data":[{"id":"9007199254740993","message":"{tags}","created_time":"{future}"},{"id":"1","message":null,"created_time":"{past}"}],"paging":{"next":null}}`,
			past: past.Format(graph), future: future.Format(time.RFC3339)},
		"tiktok": {page: `{"data":{"videos":[{"id":"9007199254740993","video_description":"{tags}","create_time":{future}},{"id":"1","title":null,"video_description":null,"create_time":{past}}],"has_more":false},"error":{"code":"ok"}}`,
			past: epoch(past), future: epoch(future)},
		"reddit": {page: `{"kind":"Listing","data":{"after":null,"children":[{"kind":"t3","data":{"name":"9007199254740993","author_fullname":"t2_1","title":"{tags}","selftext":null,"created_utc":{future}.0}},{"kind":"t3","data":{"name":"1","author_fullname":"t2_1","title":null,"created_utc":{past}.0}}]}}`,
			past: epoch(past), future: epoch(future)},
	} {
		t.Run(kind, func(t *testing.T) {
			page := strings.NewReplacer("{tags}", tags, "{past}", x.past, "{future}", x.future).Replace(x.page)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { raw(w, 200, page) }))
			defer server.Close()
			name, _, _ := strings.Cut(kind, " ")
			c := must(connectors.New(name, connectors.Options{BaseURL: server.URL, API: x.api, ClientID: "app-id", ClientSecret: "app-secret", AllowLoopback: true, Now: connectortest.Now}))
			posts, _, err := c.(connectors.PostReader).Posts(t.Context(), c.Client(connectors.Grant{Access: "token"}, nil), profile.Account{Connector: name, Subject: "1", Handle: "mila"}, "")
			if err != nil || len(posts) != 2 {
				t.Fatalf("got %d posts, %v", len(posts), err)
			}
			if p := posts[0]; p.ID != "9007199254740993" || !p.At.Equal(future) || p.Text != strings.ReplaceAll(tags, `\"`, `"`) {
				t.Errorf("from the future: %s at %v with %d bytes, ending %q", p.ID, p.At, len(p.Text), p.Text[max(0, len(p.Text)-40):])
			}
			if p := posts[1]; p.ID != "1" || !p.At.Equal(past) || p.Text != "" {
				t.Errorf("from the past: %+v", p)
			}
		})
	}
}
