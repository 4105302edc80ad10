package messages

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// base is the language of a BCP 47 tag, lower case: "de" for "de-AT".
func base(locale string) string {
	language, _, _ := strings.Cut(strings.ReplaceAll(locale, "_", "-"), "-")
	return strings.ToLower(language)
}

// match finds the locale that suits a wish best: itself, its language, else
// the first. there is not empty.
func match(wish string, there []string) (locale string, exact bool) {
	wish = strings.ReplaceAll(wish, "_", "-")
	for _, l := range there {
		if strings.EqualFold(l, wish) {
			return l, true
		}
	}
	for _, l := range there {
		if base(l) == base(wish) {
			return l, true
		}
	}
	return there[0], wish == ""
}

var moneyForm = regexp.MustCompile(`^(-?[0-9]{1,12}(?:\.[0-9]{1,4})?) ([A-Z]{3})$`)

// money writes "49.90 EUR" as the language does: 49,90 € or €49.90. Sums keep
// the two decimals of their currency, or none where it has none.
func money(sum, locale string) (string, bool) {
	m := moneyForm.FindStringSubmatch(sum)
	if m == nil {
		return "", false
	}
	unit, err := currency.ParseISO(m[2])
	if err != nil {
		return "", false
	}
	amount, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return "", false
	}
	scale, _ := currency.Standard.Rounding(unit)
	p := message.NewPrinter(language.Make(locale))
	symbol, figures := p.Sprint(currency.NarrowSymbol(unit)), p.Sprint(number.Decimal(amount, number.Scale(scale)))
	if base(locale) == "en" {
		return strings.Replace(symbol+figures, symbol+"-", "-"+symbol, 1), true
	}
	return figures + "\u00a0" + symbol, true
}

// date writes a day as one says it: Donnerstag, 3. Dezember; Thursday, 3 December.
// Languages without names here get 2026-12-03.
func date(day time.Time, locale string) string {
	switch base(locale) {
	case "de":
		weekdays := []string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"}
		months := []string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"}
		return weekdays[day.Weekday()] + ", " + strconv.Itoa(day.Day()) + ". " + months[day.Month()-1]
	case "en":
		return day.Format("Monday, 2 January")
	}
	return day.Format(time.DateOnly)
}
