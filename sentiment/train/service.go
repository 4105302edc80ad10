package main

import "strings"

// service is what customers say of shops, trains and flights, with a valence
// of -1..1: words that tweets about football and politics do not teach. The
// list is this project's own.
var service = map[string]string{
	"de": `-0.6 kaputt defekt beschädigt verspätet verspätung verspätungen ausfall ausfälle ausgefallen störung störungen gestört überfüllt unpünktlich
unzuverlässig unfreundlich inkompetent unverschämt unverschämtheit frechheit zumutung saftladen sauladen chaos chaotisch katastrophe katastrophal peinlich
nervt nervig genervt ärger ärgerlich ärgere wucher abzocke überteuert reklamation reklamieren reklamiert mangelhaft mängel minderwertig schrott müll
schlampig wartezeit warteschleife abgestürzt absturz abstürzt hängt fehlerhaft fehlermeldung falschlieferung vertröstet ignoriert
abgewimmelt gescheitert verloren verschwunden dreckig verdreckt schmutzig stinkt stinkend zugausfall zugausfälle streik lahm langsam
umständlich unübersichtlich unbrauchbar nutzlos sinnlos enttäuschend enttäuscht enttäuschung unmöglich unfähig unfähigkeit schlecht schlechter schlechteste
miserabel mies grottig grottenschlecht furchtbar schrecklich unterirdisch unzumutbar unakzeptabel inakzeptabel kündige gekündigt abbestellt betrug betrogen
verarscht verärgert sauer wütend beschwerde beschweren beschwert versagt versagen pleite skandal verpasst gestrandet liegengeblieben
-0.3 teuer warten warte wartete gewartet fehlt fehlen fehlte leider problem probleme nachforschung storniert stornierung rückerstattung mahnung
gesperrt sperrung baustelle ersatzverkehr zurückgeschickt umtausch verzögerung verzögert
0.6 freundlich freundliche freundlicher nett nette netter hilfsbereit zuvorkommend kompetent zuverlässig pünktlich schnell schnelle schneller reibungslos
unkompliziert problemlos bequem komfortabel sauber gemütlich übersichtlich preiswert günstig kulant kulanz zufrieden begeistert empfehlenswert empfehlen
empfehlung lob loben gelobt top spitze klasse super toll prima einwandfrei tadellos hervorragend ausgezeichnet perfekt vorbildlich dankeschön danke dank
bestens gerne wunderbar angenehm entspannt erfreulich praktisch hochwertig gelungen`,
	"en": `-0.6 broken defective damaged delayed delay delays late cancelled canceled cancellation stranded overbooked rude unhelpful incompetent unacceptable
worst terrible horrible awful ridiculous refund complaint complain complained complaining ripoff scam overpriced faulty crash crashes crashed useless lost
missing misplaced unprofessional disappointed disappointing disappointment frustrating frustrated frustration annoyed annoying fail failed fails
failure nightmare disaster disgrace disgraceful pathetic poor poorly dirty filthy unresponsive ignored stuck missed
-0.3 waiting waited problem problems issue issues unfortunately expensive charged fee fees
0.6 friendly helpful courteous professional smooth comfortable punctual reliable prompt promptly excellent awesome amazing great thank thanks
appreciate appreciated recommend recommended impressed satisfied pleased easy efficient outstanding fantastic wonderful perfect kudos props`,
}

// eachService calls do for every word of the list.
func eachService(do func(lang, word string, valence float64)) {
	for _, lang := range []string{"de", "en"} {
		v := 0.0
		for _, w := range strings.Fields(service[lang]) {
			switch w {
			case "-0.6":
				v = -0.6
			case "-0.3":
				v = -0.3
			case "0.6":
				v = 0.6
			default:
				do(lang, w, v)
			}
		}
	}
}
