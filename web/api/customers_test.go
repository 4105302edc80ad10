package api_test

import (
	"net/http"
	"strings"
	"testing"

	"tonfall/profile"

	"tonfall/internal/housetest"
)

func TestAListGoesThroughAllCustomersPageByPage(t *testing.T) {
	d := open(t)
	for _, name := range []string{"Anna", "Ben", "Cem", "Dora", "Eva"} {
		d.Customer(housetest.Demo, name)
	}
	d.Customer(housetest.Other, "Fremd")
	var names []string
	cursor := ""
	for {
		out := d.want(200, "GET", "/v1/customers?limit=2&cursor="+cursor, "")
		for _, item := range out["items"].([]any) {
			names = append(names, at(item, "name").(string))
		}
		if out["next"] == nil {
			break
		}
		cursor = out["next"].(string)
	}
	if got := strings.Join(names, " "); got != "Anna Ben Cem Dora Eva" {
		t.Errorf("the list has %q", got)
	}
	if out := d.want(200, "GET", "/v1/customers?q=BEN", ""); at(out, "items", 0, "name") != "Ben" || at(out, "items", 1) != nil {
		t.Errorf("q found %s", pretty(out))
	}
}

func TestNobodyIsPickedOutByMood(t *testing.T) {
	d := open(t)
	for _, q := range []string{"mood=irritated", "tone=calm", "quiet=true"} {
		if status, out := d.call("GET", "/v1/customers?"+q, ""); status != http.StatusUnprocessableEntity {
			t.Errorf("?%s answered %d: %v", q, status, out)
		}
	}
	c := d.Agreeing(housetest.Demo, "Anna")
	d.Feel(c, profile.Irritated, -0.8, 5)
	body := d.raw("GET", "/v1/customers/"+string(c.ID), "").Body.String()
	for _, word := range []string{"mood\":", "irritated", "quiet", "valence", "Beitrag"} {
		if strings.Contains(body, word) {
			t.Errorf("a customer's page tells %q: %s", word, body)
		}
	}
}

func TestACustomerIsFoundByIDAndByTheShopsNumber(t *testing.T) {
	d := open(t)
	c := d.Agreeing(housetest.Demo, "Anna")
	d.want(200, "PUT", "/v1/customers/"+string(c.ID)+"/reference", `{"reference":"10042"}`)
	out := d.want(200, "GET", "/v1/customers/ref:10042", "")
	if out["id"] != string(c.ID) || out["reference"] != "10042" {
		t.Errorf("answered %s", pretty(out))
	}
	if at(out, "accounts", 0, "provider") != housetest.Network || at(out, "consents", 3, "decision") != "granted" || out["freshness"] == nil {
		t.Errorf("accounts, consents or freshness are missing: %s", pretty(out))
	}
	ben := d.Customer(housetest.Demo, "Ben")
	d.want(409, "PUT", "/v1/customers/"+string(ben.ID)+"/reference", `{"reference":"10042"}`)
}

func TestErrorsAreProblemsWithASentenceAndAMend(t *testing.T) {
	d := open(t)
	c := d.Agreeing(housetest.Demo, "Anna")
	id := string(c.ID)
	for _, test := range []struct {
		name, method, path, body string
		status                   int
		says                     string
	}{
		{"unknown customer", "GET", "/v1/customers/ref:1", "", 404, "no such customer"},
		{"rubbish id", "GET", "/v1/customers/%00", "", 404, "no such customer"},
		{"unknown call", "GET", "/v1/nothing", "", 404, "/docs"},
		{"wrong method", "PUT", "/v1/score", `{}`, 405, "POST"},
		{"no body", "POST", "/v1/score", "", 400, "body"},
		{"no JSON", "POST", "/v1/score", "{texts", 400, "JSON"},
		{"misspelt field", "POST", "/v1/messages/render", `{"custommer":"ref:1","template":"welcome","customer":"ref:1"}`, 422, `did you mean \"customer\"`},
		{"missing field", "POST", "/v1/messages/render", `{"customer":"ref:1"}`, 422, "template"},
		{"unknown parameter", "GET", "/v1/customers?limits=3", "", 422, "limits"},
		{"limit too large", "GET", "/v1/customers?limit=100000", "", 422, "limit"},
		{"bad cursor", "GET", "/v1/customers?cursor=!!", "", 400, ""},
		{"unknown template", "GET", "/v1/templates/welcom", "", 404, "welcome"},
		{"unknown outcome", "POST", "/v1/exposures/x" + id + "-1/outcomes", `{"outcome":"opened"}`, 422, "clicked"},
		{"unknown exposure", "POST", "/v1/exposures/nonsense/outcomes", `{"outcome":"clicked"}`, 404, "exposure"},
		{"granting without proof", "PUT", "/v1/customers/" + id + "/consents", `{"items":[{"purpose":"mood","decision":"granted"}]}`, 400, "proof"},
		{"consent for no account", "PUT", "/v1/customers/" + id + "/consents", `{"items":[{"purpose":"posts","provider":"elsewhere","decision":"withdrawn"}]}`, 400, "no account"},
		{"body too large", "POST", "/v1/score", `{"texts":["` + strings.Repeat("x", 2<<20) + `"]}`, 413, "larger"},
		{"empty score", "POST", "/v1/score", `{"texts":[]}`, 422, "texts"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := d.raw(test.method, test.path, test.body)
			if w.Code != test.status || !strings.Contains(w.Body.String(), test.says) {
				t.Errorf("answered %d, want %d with %q: %.300s", w.Code, test.status, test.says, w.Body)
			}
			if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("Content-Type is %q", got)
			}
			if strings.Contains(w.Body.String(), "xxxxxxxx") || strings.Contains(w.Body.String(), `"value"`) {
				t.Errorf("the problem repeats what was sent: %.300s", w.Body)
			}
		})
	}
}

func TestACallNeedsItsScope(t *testing.T) {
	d := open(t)
	c := d.Agreeing(housetest.Demo, "Anna")
	id := string(c.ID)
	for _, test := range []struct{ scope, method, path, body string }{
		{"customers:read", "GET", "/v1/customers", ""},
		{"customers:read", "GET", "/v1/customers/" + id, ""},
		{"customers:write", "POST", "/v1/customers/" + id + "/resync", ""},
		{"mood:read", "GET", "/v1/customers/" + id + "/mood", ""},
		{"mood:read", "GET", "/v1/customers/" + id + "/readings", ""},
		{"messages:render", "GET", "/v1/customers/" + id + "/tone", ""},
		{"messages:write", "GET", "/v1/templates", ""},
		{"score", "POST", "/v1/score", `{"texts":["hm"]}`},
		{"customers:write", "DELETE", "/v1/customers/" + id, ""},
	} {
		d.auth = "Bearer demo other:scope"
		if status, out := d.call(test.method, test.path, test.body); status != http.StatusForbidden || !strings.Contains(out["detail"].(string), test.scope) {
			t.Errorf("%s %s without %s answered %d: %v", test.method, test.path, test.scope, status, out)
		}
		d.auth = "Bearer demo " + test.scope
		if status, out := d.call(test.method, test.path, test.body); status >= 300 {
			t.Errorf("%s %s with %s answered %d: %v", test.method, test.path, test.scope, status, out)
		}
	}
}
