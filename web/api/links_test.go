package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tonfall/internal/housetest"
	"tonfall/profile"
	"tonfall/web/links"
)

func TestARenderedMessageCarriesTheLinkThatExplainsIt(t *testing.T) {
	d := open(t)
	c := d.Feel(d.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 5)
	out := d.want(200, "POST", "/v1/messages/render", `{"customer":"`+string(c.ID)+`",`+shipped+`}`)
	why, _ := at(out, "links", "why").(string)
	path, token, _ := strings.Cut(why, "?t=")
	got, err := d.Links.ReadWhy(housetest.Demo, token)
	if err != nil || path != "https://id.example/demo/me/why" || got != (links.Why{Shop: housetest.Demo, Exposure: out["exposure"].(string)}) {
		t.Errorf("the link is %s for %+v: %v", why, got, err)
	}
	out = d.want(200, "POST", "/v1/messages/render", `{"customer":"`+string(c.ID)+`","template":"win-back","data":`+d.example("win-back")+`}`)
	if out["suppressed"] != "permission" || out["links"] != nil {
		t.Errorf("a message that is not sent has links: %s", pretty(out))
	}
}

func TestATemplateThatAsksForTheLinkGetsIt(t *testing.T) {
	d := open(t)
	c := d.Customer(housetest.Demo, "Anna")
	document := d.want(200, "GET", "/v1/templates/welcome", "")["document"].(string)
	document = strings.Replace(document, "\ndata:\n", "\ndata:\n  why_url:\n    type: link\n    optional: true\n    example: https://id.example/why\n    about: why it sounds so\n", 1)
	d.want(200, "PUT", "/v1/templates/welcome", strings.ReplaceAll(document, "]({{ account_url }})", "]({{ account_url }}){% if why_url %} [?]({{ why_url }}){% endif %}"))
	out := d.want(200, "POST", "/v1/messages/render", `{"customer":"`+string(c.ID)+`",`+shipped+`}`)
	if body := out["body"].(string); !strings.Contains(body, at(out, "links", "why").(string)) {
		t.Errorf("the body is %q", body)
	}
}

func TestAnOutcomeLeavesWhatTheMessageStandsOn(t *testing.T) {
	d := open(t)
	c := d.Feel(d.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 5)
	out := d.want(200, "POST", "/v1/messages/render", `{"customer":"`+string(c.ID)+`",`+shipped+`}`)
	d.want(200, "POST", "/v1/exposures/"+out["exposure"].(string)+"/outcomes", `{"outcome":"clicked"}`)
	export := d.want(200, "POST", "/v1/customers/"+string(c.ID)+"/export", "")
	if at(export, "messages", 0, "basis", "sources", 0, "readings") != 5.0 || at(export, "messages", 0, "outcomes", 0, "outcome") != "clicked" {
		t.Errorf("the record is %s", pretty(at(export, "messages", 0)))
	}
}

func TestAShopMakesALinkIntoTheOwnPage(t *testing.T) {
	d := open(t)
	c := d.Customer(housetest.Demo, "Anna")
	path := "/v1/customers/" + string(c.ID) + "/links"
	for body, days := range map[string]int{"": 7, `{}`: 7, `{"days":30}`: 30} {
		out := d.want(200, "POST", path, body)
		_, token, _ := strings.Cut(out["me"].(string), "https://id.example/demo/link?t=")
		got, err := d.Links.ReadMe(housetest.Demo, token)
		want := d.Clock.AddDate(0, 0, days)
		if err != nil || got.Key != c.Key || !got.Until.Equal(want) || out["expires"] != want.Format(time.RFC3339) {
			t.Errorf("%s: %+v, %v, expires %v", body, got, err, out["expires"])
		}
	}
	if d.want(200, "POST", path, "")["me"] == d.want(200, "POST", path, "")["me"] {
		t.Error("two links are one: the second would be used up with the first")
	}
	for _, days := range []string{"0", "31", "-1"} {
		d.want(http.StatusUnprocessableEntity, "POST", path, `{"days":`+days+`}`)
	}
	d.auth = "Bearer demo customers:read"
	d.want(http.StatusForbidden, "POST", path, "")
	d.auth = "Bearer other customers:write"
	d.want(http.StatusNotFound, "POST", path, "")
	d.auth = "Bearer demo customers:write"
	d.want(200, "DELETE", "/v1/customers/"+string(c.ID), "")
	d.want(http.StatusGone, "POST", path, "")
}
