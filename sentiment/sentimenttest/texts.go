package sentimenttest

import "strings"

// Ordinary texts, as people write them.
func Ordinary() []string {
	return []string{
		"What a wonderful day, thank you all so much!",
		"The delivery is two weeks late and nobody answers my mails.",
		"The meeting is at three o'clock.",
		"Das Paket ist schon wieder nicht angekommen, ich bin stinksauer.",
		"Vielen Dank, Sie haben mir sehr geholfen!",
		"Der Zug fährt um 8 Uhr ab.",
		"nicht schlecht 🙂",
		"J'adore ce produit, merci beaucoup",
		"No me gusta nada",
		"Non funziona niente, che vergogna",
		"yeh movie bahut acchi thi yaar",
		"هذا المنتج رائع",
		"❤️❤️❤️",
		"",
		"@anna",
	}
}

// Garbage is what no person writes, and what arrives all the same.
func Garbage() []string {
	return []string{
		"\x00", "\x00\x00good\x00", "\xff\xfe", "good \xed\xa0\x80 bad", "\xed\xb0\x80", "a\xcc", "\U0010ffff",
		"\u202eolleh\u202c", strings.Repeat("\u200d", 1<<16), strings.Repeat("a", 1<<16), strings.Repeat("!", 1<<16),
		strings.Repeat("😀", 1<<14), strings.Repeat("@a ", 1<<14), strings.Repeat("#", 1<<14), strings.Repeat("http ", 1<<12),
		strings.Repeat("nicht ", 1<<13), strings.Repeat("Z̸̪͖", 1<<10), strings.Repeat("漢字", 1<<14), "<3", ":", ":-", ";", "@", "#", "'", "''''", "n't",
		"\u0640\u0640", "x\ufe0f", "http", "https:", "www.", "\r\r\n", "\u2028\u2029", "e\u0301\u0301\u0301", "½ ² ① ٣", "<script>", "%s%n%x",
	}
}
