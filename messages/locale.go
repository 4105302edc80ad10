package messages

import "strings"

// base is the language of a BCP 47 tag, lower case: "de" for "de-AT".
func base(locale string) string {
	language, _, _ := strings.Cut(strings.ReplaceAll(locale, "_", "-"), "-")
	return strings.ToLower(language)
}
