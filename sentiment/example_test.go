package sentiment_test

import (
	"context"
	"fmt"

	"tonfall/profile"
	"tonfall/sentiment"
)

func Example() {
	scorer, err := sentiment.New("native")
	if err != nil {
		fmt.Println(err)
		return
	}
	readings, err := scorer.Score(context.Background(), []profile.Text{
		{Text: "Vielen Dank, Sie haben mir sehr geholfen!"},
		{Text: "Worst customer service I have ever dealt with."},
		{Text: "@anna https://example.org"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range readings {
		fmt.Printf("%s %s %q %v\n", r.Lang, r.Sentiment, r.Tone.Address, r.Abstained)
	}
	// Output:
	// de positive "Sie" false
	// en negative "" false
	// und neutral "" true
}
