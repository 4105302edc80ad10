package practice

import "time"

// occasion is a reason for the shop to write: one of Tonfall's own templates,
// and what it must be filled with.
type occasion struct {
	template string
	channel  string
	sales    bool // needs the customer's permission
	data     func(house) map[string]any
}

// house is what the data of a letter depends on.
type house struct {
	german bool
	front  string // address of the shop
	today  time.Time
}

func (s *Shop) house(locale string) house {
	return house{german: langOf(locale) == "de", front: s.opts.Base + "/", today: s.opts.Now()}
}

// in picks the language.
func (h house) in(english, german string) string {
	if h.german {
		return german
	}
	return english
}

// day is a date some days from today.
func (h house) day(later int) string { return h.today.AddDate(0, 0, later).Format(time.DateOnly) }

// occasions lists them; the first is the one at sign-in.
func occasions() []occasion {
	return []occasion{
		{"welcome", "on-site", false, func(h house) map[string]any {
			return map[string]any{"account_url": h.front}
		}},
		{"order-shipped", "email", false, func(h house) map[string]any {
			return map[string]any{
				"order": "20417", "arrives": h.day(2), "tracking_url": h.front + "#track",
				"items": []map[string]any{
					{"title": h.in("First Spring, Sencha", "Erster Frühling, Sencha"), "quantity": 2},
					{"title": h.in("Crane Notebook", "Notizbuch Kranich"), "quantity": 1},
				},
			}
		}},
		{"delay-apology", "email", false, func(h house) map[string]any {
			return map[string]any{
				"order": "20417", "promised": h.day(1), "arrives": h.day(5), "cancel_url": h.front + "#cancel",
				"reason": h.in("The foundry had to pour our kettles a second time.", "Die Gießerei musste unsere Kessel ein zweites Mal gießen."),
			}
		}},
		{"back-in-stock", "on-site", true, func(h house) map[string]any {
			return map[string]any{
				"product": h.in("The Kettle", "Der Kessel"), "price": "68.00 EUR", "product_url": h.front + "#goods",
			}
		}},
		{"birthday", "email", true, func(h house) map[string]any {
			return map[string]any{"percent": 10, "code": "KRANICH10", "until": h.day(14), "shop_url": h.front}
		}},
		{"win-back", "email", true, func(h house) map[string]any {
			return map[string]any{
				"news":     h.in("Since last week we have been folding our own paper cranes in the window.", "Seit letzter Woche falten wir im Schaufenster eigene Papierkraniche."),
				"shop_url": h.front, "unsubscribe_url": h.front + "#newsletter",
			}
		}},
	}
}
