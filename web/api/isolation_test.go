package api_test

import (
	"net/http"
	"strings"
	"testing"

	"tonfall/internal/housetest"
	"tonfall/profile"
)

func TestAnotherShopsCustomerIsNoCustomer(t *testing.T) {
	d := open(t)
	theirs := d.Feel(d.Agreeing(housetest.Other, "Fremd"), profile.Irritated, -0.8, 5)
	if err := d.Gate.SetReference(t.Context(), theirs.Key, "77"); err != nil {
		t.Fatal(err)
	}
	ours := d.auth
	d.auth = strings.Replace(d.auth, "Bearer demo", "Bearer other", 1)
	sent := d.want(200, "POST", "/v1/messages/render", `{"customer":"ref:77",`+shipped+`}`)
	exposure := sent["exposure"].(string)
	d.auth = ours

	calls := []struct{ method, path, body string }{
		{"GET", "", ""}, {"PUT", "/reference", `{"reference":"1"}`}, {"GET", "/tone", ""}, {"GET", "/mood", ""}, {"GET", "/readings", ""},
		{"GET", "/consents", ""}, {"PUT", "/consents", `{"items":[{"purpose":"mood","decision":"withdrawn"}]}`},
		{"POST", "/texts", `{"texts":[{"id":"1","kind":"chat","text":"hm","at":"2026-11-22T08:00:00Z"}]}`},
		{"POST", "/resync", ""}, {"POST", "/export", ""}, {"DELETE", "", ""},
	}
	nobody := string(theirs.ID[:len(theirs.ID)-4]) + "0000"
	for _, id := range []string{string(theirs.ID), "ref:77"} {
		for _, call := range calls {
			status, out := d.call(call.method, "/v1/customers/"+id+call.path, call.body)
			_, missing := d.call(call.method, "/v1/customers/"+nobody+call.path, call.body)
			if status != http.StatusNotFound || pretty(out) != pretty(missing) {
				t.Errorf("%s %s of another shop's %s answered %d %v, one that never was %v", call.method, call.path, id, status, out, missing)
			}
		}
		d.want(404, "POST", "/v1/messages/render", `{"customer":"`+id+`",`+shipped+`}`)
		d.want(404, "POST", "/v1/templates/welcome/preview", `{"customer":"`+id+`"}`)
	}
	d.want(404, "POST", "/v1/exposures/"+exposure+"/outcomes", `{"outcome":"clicked"}`)
	if out := d.want(200, "GET", "/v1/customers?q=fremd", ""); len(out["items"].([]any)) != 0 {
		t.Errorf("the list finds another shop's customer: %s", pretty(out))
	}
	if again := d.Again(theirs); again.Mood.Word != profile.Irritated || again.Reference != "77" {
		t.Errorf("the other shop's customer has changed: %+v", again)
	}
}

func TestATokenOfAPersonIsNoBackEnd(t *testing.T) {
	d := open(t)
	c := d.Agreeing(housetest.Demo, "Anna")
	d.auth = "Bearer person " + string(c.ID)
	if status, _ := d.call("GET", "/v1/customers", ""); status != http.StatusForbidden {
		t.Errorf("a person's token answered %d", status)
	}
}
