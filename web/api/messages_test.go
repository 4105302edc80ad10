package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"tonfall/internal/housetest"
	"tonfall/profile"
)

const shipped = `"template":"welcome","data":{"account_url":"https://shop.example/konto"}`

func TestAMessageComesInTheToneOfTheMoodWithItsReason(t *testing.T) {
	d := open(t)
	c := d.Feel(d.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 5)
	out := d.want(200, "POST", "/v1/messages/render", `{"customer":"`+string(c.ID)+`",`+shipped+`}`)
	if out["tone"] != "calm" || out["suppressed"] != nil || at(out, "reasons", 0, "text") == nil || out["variant"] != "de/calm/du" {
		t.Errorf("answered %s", pretty(out))
	}
	if body, _ := out["body"].(string); !strings.Contains(body, "Anna") {
		t.Errorf("the body is %q", body)
	}
	id := out["exposure"].(string)
	for range 2 {
		outcomes := d.want(200, "POST", "/v1/exposures/"+id+"/outcomes", `{"outcome":"clicked"}`)
		if len(outcomes["outcomes"].([]any)) != 1 {
			t.Errorf("saying it twice counts twice: %s", pretty(outcomes))
		}
	}
	if got := d.Again(c).LastTone; got != "calm" {
		t.Errorf("the last tone is %q", got)
	}
}

func TestASalesMessageNeedsPermissionAndStopsAtTheCapAndTheObjection(t *testing.T) {
	d := open(t)
	c := d.Agreeing(housetest.Demo, "Anna")
	send := func(permission string) map[string]any {
		t.Helper()
		return d.want(200, "POST", "/v1/messages/render", `{"customer":"`+string(c.ID)+`","template":"win-back","data":`+d.example("win-back")+permission+`}`)
	}
	if out := send(""); out["suppressed"] != "permission" || out["exposure"] != nil || out["body"] != "" {
		t.Errorf("without permission: %s", pretty(out))
	}
	sent := 0
	for range 10 {
		out := send(`,"permission":{"kind":"double-opt-in","reference":"nl-7"}`)
		if out["suppressed"] != nil {
			if out["suppressed"] != "quiet" {
				t.Errorf("suppressed by %v", out["suppressed"])
			}
			break
		}
		sent++
	}
	if sent == 0 || sent == 10 {
		t.Errorf("%d sales messages went out in a row", sent)
	}
	c = d.Agreeing(housetest.Demo, "Ben")
	if err := d.Gate.SetWishes(t.Context(), c.Key, func(w *profile.Wishes) { w.NoMarketing = true }); err != nil {
		t.Fatal(err)
	}
	if out := send(`,"permission":true`); out["suppressed"] != "objection" {
		t.Errorf("after the objection: %s", pretty(out))
	}
}

// example is a template's example data as JSON.
func (d *door) example(template string) string {
	d.t.Helper()
	t, err := d.Desk.Catalog.Template(d.t.Context(), housetest.Demo, template)
	if err != nil {
		d.t.Fatal(err)
	}
	data, err := json.Marshal(t.Example("de"))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(data)
}

func TestAPreviewShowsEveryToneAndLeavesNoTrace(t *testing.T) {
	d := open(t)
	c := d.Feel(d.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 5)
	before := pretty(d.want(200, "POST", "/v1/customers/"+string(c.ID)+"/export", ""))
	out := d.want(200, "POST", "/v1/templates/welcome/preview", `{"customer":"`+string(c.ID)+`"}`)
	if out["tone"] != "calm" || len(out["variants"].([]any)) != 5 || at(out, "variants", 0, "tone") != "enthusiastic" {
		t.Errorf("the preview is %s", pretty(out))
	}
	if after := pretty(d.want(200, "POST", "/v1/customers/"+string(c.ID)+"/export", "")); after != before {
		t.Error("a preview has changed what is held of the customer")
	}
	sample := d.want(200, "POST", "/v1/templates/welcome/preview", `{"mood":"elated","name":"Kim","locale":"en"}`)
	if sample["tone"] != "enthusiastic" || sample["locale"] != "en" {
		t.Errorf("the sample's preview is %s", pretty(sample))
	}
}

func TestATemplateWithAnErrorLosesNothing(t *testing.T) {
	d := open(t)
	before := d.want(200, "GET", "/v1/templates/welcome", "")
	document := before["document"].(string)
	broken := strings.Replace(document, "{{ shop }}", "{{ shop ", 1)
	status, out := d.call("PUT", "/v1/templates/welcome", broken)
	if status != http.StatusUnprocessableEntity || at(out, "errors", 0, "message") == nil {
		t.Errorf("a syntax error answered %d: %s", status, pretty(out))
	}
	if after := d.want(200, "GET", "/v1/templates/welcome", ""); after["document"] != document {
		t.Error("a broken document has replaced the good one")
	}
	better := strings.Replace(document, "Schön, dass du da bist!", "Da bist du ja!", 1)
	saved := d.want(200, "PUT", "/v1/templates/welcome", better)
	if saved["origin"] != "store" || at(saved, "variants", "de", "enthusiastic", "subject") != "Da bist du ja!" {
		t.Errorf("saving answered %.500s", pretty(saved))
	}
	d.auth = strings.Replace(d.auth, "Bearer demo", "Bearer other", 1)
	if other := d.want(200, "GET", "/v1/templates/welcome", ""); other["document"] != document {
		t.Error("another shop sees the change")
	}
}

func TestAnIdempotencyKeyRunsAPostOnce(t *testing.T) {
	d := open(t)
	c := d.Feel(d.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 5)
	order := `{"customer":"` + string(c.ID) + `",` + shipped + `}`
	d.key = "order-1"
	first := d.raw("POST", "/v1/messages/render", order)
	second := d.raw("POST", "/v1/messages/render", order)
	if first.Code != 200 || first.Body.String() != second.Body.String() || second.Header().Get("Idempotency-Replayed") == "" {
		t.Errorf("the second answer is another one: %s and %s", first.Body, second.Body)
	}
	if status, _ := d.call("POST", "/v1/messages/render", strings.Replace(order, "konto", "anders", 1)); status != http.StatusConflict {
		t.Errorf("another body with the same key answered %d", status)
	}
	d.key = "order-2"
	third := d.raw("POST", "/v1/messages/render", order)
	if third.Body.String() == first.Body.String() {
		t.Error("another key got the same answer")
	}
	d.key = "order-3"
	d.want(422, "POST", "/v1/messages/render", `{"customer":"ref:1"}`)
	d.want(422, "POST", "/v1/messages/render", `{"customer":"ref:1"}`)
	d.key = "order-1"
	d.Clock = d.Clock.AddDate(0, 0, 2)
	if late := d.raw("POST", "/v1/messages/render", order); late.Body.String() == first.Body.String() {
		t.Error("the key is remembered after 24 hours")
	}
	d.want(200, "DELETE", "/v1/customers/"+string(c.ID), "")
	if status, out := d.call("POST", "/v1/messages/render", order); status != http.StatusGone {
		t.Errorf("the answer outlived its customer: %d %v", status, out)
	}
}

func TestABatchAnswersLineByLineAndRunsEachOnce(t *testing.T) {
	d := open(t)
	anna, ben := d.Agreeing(housetest.Demo, "Anna"), d.Customer(housetest.Demo, "Ben")
	batch := strings.Join([]string{
		`{"customer":"` + string(anna.ID) + `",` + shipped + `}`,
		`{"customer":"ref:nobody",` + shipped + `}`,
		`no JSON`,
		`{"customer":"` + string(ben.ID) + `",` + shipped + `}`,
	}, "\n") + "\n"
	d.key = "batch-1"
	first := d.raw("POST", "/v1/messages/render/batch", batch)
	var lines []map[string]any
	dec := json.NewDecoder(strings.NewReader(first.Body.String()))
	for dec.More() {
		var line map[string]any
		if err := dec.Decode(&line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if len(lines) != 4 || lines[0]["exposure"] == nil || lines[1]["status"] != 404.0 || lines[2]["status"] != 422.0 || lines[3]["tone"] != "plain" {
		t.Errorf("the lines are %s", first.Body)
	}
	if second := d.raw("POST", "/v1/messages/render/batch", batch); second.Body.String() != first.Body.String() {
		t.Errorf("the second run answers otherwise: %s", second.Body)
	}
}

func TestParallelCallsWithOneKeyRunOnce(t *testing.T) {
	d := open(t)
	c := d.Agreeing(housetest.Demo, "Anna")
	d.key = "race"
	codes, bodies := make([]int, 20), make([]string, 20)
	var all sync.WaitGroup
	for i := range codes {
		all.Go(func() {
			w := d.raw("POST", "/v1/messages/render", `{"customer":"`+string(c.ID)+`",`+shipped+`}`)
			codes[i], bodies[i] = w.Code, w.Body.String()
		})
	}
	all.Wait()
	answers := map[string]bool{}
	for i, code := range codes {
		switch code {
		case http.StatusOK:
			answers[bodies[i]] = true
		case http.StatusConflict:
		default:
			t.Errorf("answered %d: %s", code, bodies[i])
		}
	}
	exposures, _, err := d.Gate.Exposures(t.Context(), c.Key, "", 100)
	if err != nil || len(answers) != 1 || len(exposures) != 1 {
		t.Errorf("%d different answers, %d exposures: %v", len(answers), len(exposures), err)
	}
}
