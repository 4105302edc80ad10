package text

import "strings"

// forms of address, by language; as they stand after folding.
var familiar = addressForms(map[string]string{
	"de": "du dich dir dein deine deinen deinem deiner deines deins euch euer eure euren eurem eurer",
	"fr": "tu te toi ton ta tes t'es t'as",
	"es": "tú ti tu tus te contigo vos vosotros vosotras os vuestro vuestra",
	"it": "tu ti te tuo tua tuoi tue",
	"pt": "tu te ti teu tua teus tuas você vc vcs vocês contigo",
	"nl": "je jij jou jouw jullie",
	"sv": "du dig din ditt dina", "da": "du dig din dit dine", "no": "du deg din ditt dine",
	"ru": "ты тебя тебе тобой твой твоя твоё твои", "uk": "ти тебе тобі тобою твій твоя твої",
	"pl": "ty ciebie ci tobie twój twoja twoje", "cs": "ty tebe tě ti tobě tvůj tvoje",
	"hi": "tum tu tujhe tumhe tera tumhara तुम तू तुझे तुम्हें तेरा तुम्हारा",
})

var polite = addressForms(map[string]string{
	"fr": "vous votre vos", "es": "usted ustedes", "pt": "senhor senhora senhores",
	"nl": "u uw", "ru": "вы вас вам вами ваш ваша ваше ваши", "uk": "ви вас вам вами ваш ваша ваші",
	"pl": "pan pani państwo pana panu", "cs": "vy vás vám váš vaše",
	"hi": "aap aapka aapki aapko aapke आप आपका आपकी आपको आपके",
})

// politeGerman are words that are polite only with a capital inside a sentence.
var politeGerman = newWordSet("sie ihnen ihr ihre ihren ihrem ihrer ihres")
var politeItalian = newWordSet("lei la le suo sua")

func addressForms(m map[string]string) map[string]*wordSet {
	sets := make(map[string]*wordSet, len(m))
	for lang, words := range m {
		sets[lang] = newWordSet(strings.ToLower(words))
	}
	return sets
}

// Address counts the familiar (du, tu, tú) and the polite (Sie, vous, usted)
// forms of address in the text that was read last.
func (d *Doc) Address(lang string) (du, sie int) {
	near, far := familiar[lang], polite[lang]
	for i := range d.Tokens {
		t := &d.Tokens[i]
		if t.Kind != Word {
			continue
		}
		inside := t.Flags&(Title|Opening|Upper) == Title
		switch {
		case inside && lang == "de" && politeGerman.has(t.Hash), inside && lang == "it" && politeItalian.has(t.Hash):
			sie++
		case near != nil && near.has(t.Hash):
			du++
		case far != nil && far.has(t.Hash):
			sie++
		}
	}
	return du, sie
}

// MaybePolite says whether a German sentence begins with Sie and a verb that
// fits the polite form: "Sie müssen" may be you or they.
func (d *Doc) MaybePolite() bool {
	for i := range d.Tokens[:max(len(d.Tokens)-1, 0)] {
		t, next := &d.Tokens[i], &d.Tokens[i+1]
		if t.Flags&Opening == 0 || t.Hash != hashSie || next.Kind != Word {
			continue
		}
		if w := d.Runes[next.From:next.To]; len(w) > 4 && w[len(w)-2] == 'n' || next.Hash == hashSind {
			return true
		}
	}
	return false
}

var hashSie, hashSind = hashFolded("sie"), hashFolded("sind")
