package profile_test

import (
	"fmt"

	"tonfall/profile"
)

func ExampleOwnWords() {
	fmt.Println(profile.OwnWords("@anna Danke, das hat mich gefreut! https://example.org\n\nAm 03.05.2026 um 10:12 schrieb Anna:\n> Schöne Grüße"))
	// Output: Danke, das hat mich gefreut!
}
