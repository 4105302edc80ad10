package messages

import (
	"fmt"
	"strconv"
	"strings"

	"tonfall/profile"
)

// germanTone is how a German sentence calls a tone.
func germanTone(t Tone) string {
	name, ok := map[Tone]string{Enthusiastic: "begeistert", Warm: "herzlich", Plain: "sachlich", Calm: "ruhig", Formal: "förmlich"}[t]
	if !ok {
		return string(t)
	}
	return name
}

// germanMood is how a German sentence calls a mood, after "wirkt".
func germanMood(w profile.Word) string {
	return map[profile.Word]string{
		profile.Elated: "hochgestimmt", profile.Content: "zufrieden", profile.Even: "ausgeglichen", profile.Mixed: "zwiespältig",
		profile.Downcast: "gedrückt", profile.Anxious: "besorgt", profile.Irritated: "gereizt", profile.Unknown: "unbekannt",
	}[w]
}

// englishMood is how an English sentence calls a mood, after "seems".
func englishMood(w profile.Word) string {
	if w == profile.Even {
		return "even-tempered"
	}
	return string(w)
}

// figure writes a number with two decimals in both languages.
func figure(f float64) (en, de string) {
	en = strconv.FormatFloat(f, 'f', 2, 64)
	return en, strings.Replace(en, ".", ",", 1)
}

func wishedPlain() Reason {
	return Reason{"wish", "plain: the customer asked for a plain tone for good", "sachlich: der Kunde wünscht auf Dauer einen sachlichen Ton"}
}

func noConsent() Reason {
	return Reason{"consent", "plain: the customer has not agreed to have the tone chosen by mood",
		"sachlich: der Kunde hat nicht zugestimmt, dass der Ton nach der Stimmung gewählt wird"}
}

func controlGroup() Reason {
	return Reason{"holdout", "plain: the customer is in the control group, which always gets plain",
		"sachlich: der Kunde gehört zur Vergleichsgruppe, die immer sachlich angesprochen wird"}
}

func tooLittle(in Situation) Reason {
	if texts := len(recent(in)); texts > 0 && !in.Mood.Abstained {
		return Reason{"passed", "plain: what was read has grown old and says nothing about today",
			"sachlich: das Gelesene ist veraltet und sagt nichts über heute"}
	}
	en, de := figure(in.Mood.Confidence)
	return Reason{"abstained", "plain: too little is known about how the customer is today; confidence " + en,
		"sachlich: es ist zu wenig darüber bekannt, wie es dem Kunden heute geht; Sicherheit " + de}
}

func alsoFits(t Tone, w profile.Word) Reason {
	return Reason{"fits", fmt.Sprintf("%s: fits too when a customer seems %s", t, englishMood(w)),
		fmt.Sprintf("%s: passt ebenfalls, wenn ein Kunde %s wirkt", germanTone(t), germanMood(w))}
}

func forbidden(t Tone, w profile.Word) Reason {
	return Reason{"never", fmt.Sprintf("%s: never when a customer seems %s", t, englishMood(w)),
		fmt.Sprintf("%s: nie, wenn ein Kunde %s wirkt", germanTone(t), germanMood(w))}
}

func unsure(s Step, m profile.Mood) Reason {
	has, hat := figure(m.Confidence)
	needs, braucht := figure(s.Confidence)
	return Reason{"confidence", fmt.Sprintf("%s: takes confidence %s, there is %s", s.Tone, needs, has),
		fmt.Sprintf("%s: braucht Sicherheit %s, vorhanden ist %s", germanTone(s.Tone), braucht, hat)}
}

func usual(s Step, m profile.Mood) Reason {
	has, hat := figure(m.Deviation.Self)
	needs, braucht := figure(s.Deviation)
	return Reason{"deviation", fmt.Sprintf("%s: takes a day unlike the person's usual ones (%s spreads), this one is at %s", s.Tone, needs, has),
		fmt.Sprintf("%s: braucht einen für die Person ungewöhnlichen Tag (%s Streuungen), dieser liegt bei %s", germanTone(s.Tone), braucht, hat)}
}

func kept(last, next Tone, confidence, enough float64) Reason {
	has, hat := figure(confidence)
	needs, braucht := figure(enough)
	return Reason{"kept", fmt.Sprintf("%s: as in the last message; a change to %s takes confidence %s, there is %s", last, next, needs, has),
		fmt.Sprintf("%s: wie in der letzten Nachricht; ein Wechsel zu %s braucht Sicherheit %s, vorhanden ist %s", germanTone(last), germanTone(next), braucht, hat)}
}

func writesFormally(texts int) Reason {
	return Reason{"formal", fmt.Sprintf("formal: the customer writes formally too, over %d texts", texts),
		fmt.Sprintf("förmlich: der Kunde schreibt selbst förmlich, über %d Texte hinweg", texts)}
}

func missingTone(wanted, got Tone) Reason {
	return Reason{"missing", fmt.Sprintf("%s: the template has no %s wording that suits here", got, wanted),
		fmt.Sprintf("%s: die Vorlage hat keine passende Fassung im Ton %s", germanTone(got), germanTone(wanted))}
}

func otherLocale(wanted, got string) Reason {
	return Reason{"locale", fmt.Sprintf("written in %s: the template has no wording in %.20q", got, wanted),
		fmt.Sprintf("in der Sprache %s: die Vorlage hat keine Fassung in %.20q", got, wanted)}
}

// notSent never says more about SuppressedQuiet than that it is so.
func notSent(why string) Reason {
	switch why {
	case SuppressedObjection:
		return Reason{why, "not sent: the customer objected to advertising", "nicht gesendet: der Kunde hat Werbung widersprochen"}
	case SuppressedPermission:
		return Reason{why, "not sent: the shop has not shown that it may send this customer advertising",
			"nicht gesendet: der Shop hat nicht belegt, dass er diesem Kunden Werbung senden darf"}
	}
	return Reason{why, "not sent: no advertising for this customer for now", "nicht gesendet: dieser Kunde bekommt vorerst keine Werbung"}
}
