package messages_test

import (
	"context"
	"fmt"
	"time"

	"tonfall/messages"
	"tonfall/profile"
)

func ExampleChoose() {
	catalog, _ := messages.Open(nil, nil)
	template, err := catalog.Template(context.Background(), "demo", "delay-apology")
	if err != nil {
		fmt.Println(profile.Message(err))
		return
	}
	choice := messages.Choose(messages.DefaultPolicy(), template, messages.Situation{
		Mood:    profile.Mood{Word: profile.Anxious, Confidence: 0.71, Deviation: profile.Deviation{Self: -1.3}},
		Consent: true,
		Locale:  "en",
		Now:     time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
	})
	message, err := template.Render(choice, messages.Input{Name: "Anna", Shop: "Weberei Lindt", Data: template.Example("en")})
	if err != nil {
		fmt.Println(profile.Message(err))
		return
	}
	fmt.Println(choice.Reasons[0].Text)
	fmt.Println(message.Subject)
	// Output:
	// calm: the customer seems anxious, unusually so for this person; confidence 0.71
	// Your parcel arrives on Tuesday, 8 December instead of Thursday, 3 December
}

func ExampleParse() {
	_, err := messages.Parse("thanks.yaml", "", []byte(`
name: thanks
purpose: service
channels: [email]
data:
  product: {type: text, example: Teeglas}
variants:
  en:
    plain:
      subject: Thank you
      body: |
        Enjoy your {{ prodct }}.
`))
	fmt.Println(profile.Message(err))
	// Output:
	// thanks.yaml:12:20: unknown variable prodct; did you mean product? (declare it under data if it is new)
}
