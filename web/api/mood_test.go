package api_test

import (
	"net/http"
	"strings"
	"testing"

	"tonfall/internal/housetest"
	"tonfall/profile"
)

func TestAMoodComesWithItsEvidenceAndWithoutTexts(t *testing.T) {
	d := open(t)
	c := d.Feel(d.Agreeing(housetest.Demo, "Anna"), profile.Irritated, -0.8, 5)
	out := d.want(200, "GET", "/v1/customers/"+string(c.ID)+"/mood", "")
	if out["mood"] != "irritated" || out["abstained"] != false {
		t.Errorf("the mood is %v, abstained %v", out["mood"], out["abstained"])
	}
	for _, path := range [][]any{
		{"current", "valence"}, {"baseline", "valence"}, {"deviation", "self"}, {"confidence"}, {"asOf"},
		{"evidence", 0, "provider"}, {"evidence", 0, "at"}, {"evidence", 0, "sentiment"}, {"evidence", 0, "share"}, {"evidence", 0, "consents", 0},
	} {
		if at(out, path...) == nil {
			t.Errorf("%v is missing in %s", path, pretty(out))
		}
	}
	readings := d.want(200, "GET", "/v1/customers/"+string(c.ID)+"/readings?limit=3", "")
	if n := len(readings["items"].([]any)); n != 3 || readings["next"] == nil {
		t.Errorf("a page of 3 has %d readings and next %v", n, readings["next"])
	}
	if at(readings, "items", 0, "tone", "formality") == nil || at(readings, "items", 0, "consents", 1) == nil {
		t.Errorf("a reading lacks its tone or its consents: %s", pretty(at(readings, "items", 0)))
	}
	for _, answer := range []string{pretty(out), pretty(readings)} {
		if strings.Contains(answer, "Beitrag") || strings.Contains(answer, "hash") {
			t.Errorf("a text or its hash is told: %s", answer)
		}
	}
}

func TestWithoutConsentThereIsNoMoodAndTheToneIsPlain(t *testing.T) {
	d := open(t)
	c := d.Customer(housetest.Demo, "Ben")
	for _, path := range []string{"/mood", "/readings"} {
		if status, out := d.call("GET", "/v1/customers/"+string(c.ID)+path, ""); status != http.StatusForbidden || !strings.HasSuffix(out["type"].(string), "no-consent") {
			t.Errorf("%s answered %d: %v", path, status, out)
		}
	}
	out := d.want(200, "GET", "/v1/customers/"+string(c.ID)+"/tone", "")
	if out["tone"] != "plain" || out["abstained"] != true || at(out, "reasons", 0, "text") == nil {
		t.Errorf("the tone is %s", pretty(out))
	}
}

func TestTheToneFollowsTheMood(t *testing.T) {
	d := open(t)
	c := d.Feel(d.Agreeing(housetest.Demo, "Anna"), profile.Downcast, -0.8, 5)
	out := d.want(200, "GET", "/v1/customers/"+string(c.ID)+"/tone", "")
	if out["tone"] != "calm" || out["abstained"] != false || at(out, "tones", 0, "reasons", 0, "text") == nil {
		t.Errorf("the tone is %s", pretty(out))
	}
}

func TestScoreTakesTextsAndObjects(t *testing.T) {
	d := open(t)
	out := d.want(200, "POST", "/v1/score", `{"texts":["Ich freue mich so sehr über euch!",{"text":"This is terrible.","lang":"en"},""]}`)
	if at(out, "readings", 0, "sentiment") != "positive" || at(out, "readings", 1, "sentiment") != "negative" || at(out, "readings", 2, "abstained") != true {
		t.Errorf("the readings are %s", pretty(out))
	}
}

func TestTextsOfTheShopNeedTheirConsentAndCountOnce(t *testing.T) {
	d := open(t)
	body := `{"texts":[{"id":"m1","kind":"email","text":"Das ist eine Unverschämtheit, ich bin wirklich wütend!","at":"2026-11-22T08:00:00Z"}]}`
	ben := d.Customer(housetest.Demo, "Ben")
	d.want(403, "POST", "/v1/customers/"+string(ben.ID)+"/texts", body)
	anna := d.Agreeing(housetest.Demo, "Anna")
	for range 2 {
		if out := d.want(202, "POST", "/v1/customers/"+string(anna.ID)+"/texts", body); out["added"] != 1.0 {
			t.Errorf("answered %v", out)
		}
	}
	readings := d.want(200, "GET", "/v1/customers/"+string(anna.ID)+"/readings", "")
	if items := readings["items"].([]any); len(items) != 1 || at(items, 0, "kind") != "email" || at(items, 0, "sentiment") != "negative" {
		t.Errorf("the readings are %s", pretty(readings))
	}
}

func TestWithdrawingRemovesAndAnswersAReceipt(t *testing.T) {
	d := open(t)
	c := d.Feel(d.Agreeing(housetest.Demo, "Anna"), profile.Irritated, -0.8, 5)
	path := "/v1/customers/" + string(c.ID)
	receipt := d.want(200, "PUT", path+"/consents", `{"items":[{"purpose":"posts","decision":"withdrawn"}]}`)
	if at(receipt, "withdrawn", 0) != "posts" || at(receipt, "removed", "posts") != 5.0 || at(receipt, "removed", "readings") != 5.0 || receipt["signature"] == "" {
		t.Errorf("the receipt is %s", pretty(receipt))
	}
	if out := d.want(200, "GET", path+"/readings", ""); len(out["items"].([]any)) != 0 {
		t.Errorf("readings are left: %s", pretty(out))
	}
	consents := d.want(200, "GET", path+"/consents", "")
	if !strings.Contains(pretty(consents), "withdrawn") || strings.Contains(pretty(consents), "192.0.2.1") {
		t.Errorf("the consents are %s", pretty(consents))
	}
}

func TestErasingLeavesNothingAndAnswersTheSameTwice(t *testing.T) {
	d := open(t)
	c := d.Feel(d.Agreeing(housetest.Demo, "Anna"), profile.Irritated, -0.8, 5)
	path := "/v1/customers/" + string(c.ID)
	first := d.want(200, "DELETE", path, "")
	if at(first, "removed", "posts") != 5.0 || at(first, "removed", "identities") != 1.0 {
		t.Errorf("the receipt is %s", pretty(first))
	}
	if again := d.want(200, "DELETE", path, ""); pretty(again["removed"]) != pretty(first["removed"]) {
		t.Errorf("erasing again answers %s", pretty(again))
	}
	d.want(410, "GET", path, "")
}

func TestAnExportHoldsWhatWasImportedAndInferred(t *testing.T) {
	d := open(t)
	c := d.Feel(d.Agreeing(housetest.Demo, "Anna"), profile.Irritated, -0.8, 3)
	out := d.want(200, "POST", "/v1/customers/"+string(c.ID)+"/export", "")
	d.Quiet(c, d.Clock.AddDate(0, 0, 14))
	if quiet := d.raw("POST", "/v1/customers/"+string(c.ID)+"/export", "").Body.String(); strings.Contains(quiet, "quiet") {
		t.Error("the shop is told of a quiet time")
	}
	if len(out["posts"].([]any)) != 3 || len(out["readings"].([]any)) != 3 || len(out["consents"].([]any)) != 4 {
		t.Errorf("the export is %.2000s", pretty(out))
	}
}
