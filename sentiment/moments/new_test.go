package moments

import "testing"

func TestTheRulesKeepTheirGrammar(t *testing.T) {
	if _, err := readRules(ruleFiles); err != nil {
		t.Fatal(err)
	}
}
