package text

import "strings"

// The feelings that seeds name, as bits of Features.Seeds.
const (
	SeedGratitude = 1 << iota
	SeedLove
	SeedOptimism
)

// seeds are words and pictographs that name a feeling outright, in several
// languages. Each gives its text a feature that all seeds of the feeling
// share, whatever the language, so that what English rows teach about thanks
// holds for Dank and merci. The lists are this project's own.
var seeds = newSeedTable([]string{
	// gratitude
	`thanks thank thx thankful grateful appreciate appreciated thankyou ty tysm
	danke dank dankbar dankeschön dankeschon bedanke bedanken vielendank dankt merci remercie remercier reconnaissant
	gracias agradecido agradecida agradezco grazie ringrazio grato obrigado obrigada agradeço bedankt dankjewel
	tack takk tak spasibo спасибо благодарю дякую дякуємо mulțumesc multumesc mersi dzięki dziękuję děkuji díky kiitos teşekkürler teşekkür köszönöm hvala ευχαριστώ شكرا shukriya dhanyavad dhanyawad 🙏 💐`,
	// love
	`love loved loves loving adore adorable darling beloved sweetheart luv ily
	liebe lieb liebt liebst geliebt liebling schatz verliebt lieben herzallerliebst knuddel umarmung
	amour adore aime aimer chéri chérie amor amo quiero querido querida encanta ama adoro amore tesoro paixão querida houden liefde schat älskar elsker kärlek
	люблю любовь любимый любимая кохаю кохання iubesc iubire dragoste kocham miłość miluji láska rakastan seviyorum aşk szeretlek volim ljubav αγαπώ احبك حب حبيبي pyaar pyar ❤ 💕 💖 💗 💙 💚 💛 💜 🧡 🖤 🤍 💘 💝 💞 💓 😍 😘 🥰 😻 😚 😙 💋 🤗 <3 ♥ ♡`,
	// optimism
	`hope hopefully hopeful optimistic confident promising brighter believe hoping wish
	hoffe hoffentlich hoffnung zuversichtlich zuversicht optimistisch wirdschon hoffen hoffnungsvoll bestimmt aufwärts
	espoir espère optimiste esperanza espero ojalá esperança tomara speranza spero speriamo hoop hopelijk hopp håper håber надеюсь надежда сподіваюсь надія sper speranță mam nadzieję nadzieja doufám umarım inşallah inshallah insha remélem nadam ελπίζω 🤞 🌈 💪 🍀`,
	// joy
	`happy glad joy joyful delighted awesome amazing wonderful great fantastic excellent yay woohoo haha hahaha lol fun funny excited cheerful pleased perfect enjoy enjoyed celebrate congrats congratulations brilliant superb hooray
	glücklich froh freude freue freut freuen gefreut fröhlich toll super klasse wunderbar großartig fantastisch hervorragend prima spitze geil mega hammer begeistert herrlich genial cool schön perfekt traumhaft juhu yeah hurra glückwunsch gratuliere spaß lustig zufrieden empfehlenswert top
	heureux heureuse content contente joie génial super magnifique ravi formidable bravo feliz alegre alegría genial maravilloso contento contenta felice contento contenta gioia fantastico bellissimo feliz alegria maravilhoso ótimo parabéns blij geweldig leuk glad lycklig underbart fantastisk lykkelig
	рад рада счастлив счастлива радость отлично прекрасно ура щасливий щаслива радість чудово fericit fericită bucurie minunat szczęśliwy radość super šťastný radost onnellinen mutlu harika boldog sretan radost χαρά سعيد رائع جميل khush khushi 😀 😃 😄 😁 😆 😊 🙂 😂 🤣 🎉 🥳 😎 👍 👏 ☺ 😋 😜 😝 😸 😹 🙌 ✨ 🎊 😉 🤩 :) ;) :D =) :-) ;-) :p :P xd ^^`,
	// anger
	`angry mad furious pissed outrage outraged outrageous hate annoying annoyed rage irritated idiot idiots fuck fucking bullshit damn ridiculous unacceptable shameful disgrace wtf livid infuriating
	wütend wut sauer stinksauer zornig zorn ärger ärgerlich verärgert genervt nervt nervig empört frechheit unverschämt unverschämtheit idiot idioten scheiße scheiss scheiß scheisse verdammt hass hasse arschloch arschlöcher kotzt saftladen zumutung inakzeptabel unfassbar unmöglich skandal abzocke verarsche verarschen frech dreist wutausbruch schnauze blödsinn unsinn
	colère furieux énervé énerve honte scandale merde putain connard inadmissible enojado enfadado rabia furioso odio mierda vergüenza asco arrabbiato rabbia vergogna schifo cazzo merda raiva ódio porra caralho merda boos woedend schande arg förbannad fan jävla sint vred sur
	злой злость бесит ненавижу сука блядь гнев ярость злий злість ненавиджу furios furie urăsc nervos wściekły złość nienawidzę kurwa naštvaný vihainen kızgın nefret dühös ljut bijes θυμός غاضب اكره gussa bakwas 😡 😠 🤬 👿 😤 🖕 💢`,
	// fear
	`afraid scared fear scary terrified worried worry anxious anxiety nervous panic frightened horror nightmare dread
	angst ängstlich fürchte befürchte furcht besorgt sorge sorgen panik nervös mulmig erschrocken beängstigend bange grusel gruselig unsicher bedrohlich albtraum alptraum schreck
	peur inquiet inquiète angoisse effrayant miedo asusta asustado preocupado preocupada temor paura spaventato preoccupato ansia medo assustado preocupado bang bezorgd rädd orolig redd bange
	страх боюсь боится тревога страшно страшно боюся тривога frică teamă speriat îngrijorat strach boję martwię bojím pelkään korku korkuyorum félek strah bojim φόβος خوف خايف dar darr 😨 😰 😱 😧 😟 👻`,
	// sadness
	`sad sadly sorry miss missing unhappy depressed depressing lonely crying cry cried tears heartbroken grief loss lost disappointed disappointing disappointment unfortunately regret tragic pity hurt
	traurig leider trauer weinen weine geweint heule heulen tränen vermisse vermissen einsam enttäuscht enttäuschend enttäuschung schade unglücklich deprimiert deprimierend verloren schmerz bedauerlich bedauern beileid gestorben tot hoffnungslos kummer
	triste tristesse déçu déçue malheureusement pleurer dommage seul triste tristeza lloro llorar lástima decepcionado decepcionada lamentablemente soledad tristezza purtroppo delusione deluso delusa piangere peccato saudade infelizmente decepção chorar chorando verdrietig helaas jammer ledsen tyvärr sorglig trist desværre dessverre
	грустно печаль жаль плачу одиноко грусть сумно жаль плачу сум trist tristă tristețe plâng păcat smutny smutna szkoda płaczę smutný škoda surullinen üzgün maalesef szomorú sajnos tužan žao λυπημένος حزين للاسف udaas dukh 😢 😭 😞 😔 ☹ 🙁 😥 😪 💔 😓 😩 😫 😿 🥺 :( :'( :-( :/`,
	// disgust
	`disgusting disgusted gross disgust nasty sick vile revolting yuck ew eww filthy repulsive creepy
	ekelhaft eklig ekel widerlich abscheulich pfui igitt abartig abstoßend widerwärtig ekelig angewidert kotzen ätzend dreckig schmutzig versifft übel
	dégoûtant dégueulasse dégoût répugnant asqueroso asco asquerosa repugnante schifoso disgustoso nojo nojento walgelijk vies äckligt motbydelig ulækkert
	отвратительно противно мерзко гадость огидно бридко dezgustător scârbă greață obrzydliwe ohyda nechutné inhottava iğrenç undorító odvratno gadno αηδία مقرف 🤢 🤮 💩 😖 🤧`,
	// surprise
	`surprise surprised surprising wow omg unexpected shocked shocking unbelievable incredible astonished whoa really seriously wonder suddenly
	überraschung überrascht überraschend erstaunt erstaunlich unglaublich wow plötzlich echt wirklich krass huch oha staune verblüfft hätte wahnsinn unerwartet donnerwetter ernsthaft
	surpris surprise incroyable vraiment étonnant sorpresa sorprendido increíble sorpreso incredibile davvero surpresa surpreso inacreditável nossa verrast ongelooflijk förvånad otroligt overrasket
	удивлен вау неожиданно неужели серьезно здивований неочікувано невже surprins uimit incredibil zaskoczony niesamowite překvapen yllätys şaşırdım inanılmaz meglepő iznenađen έκπληξη مفاجاه arre 😮 😲 😯 🤯 😳 🙀`,
	// anticipation
	`soon tomorrow waiting wait looking forward upcoming ready expect expecting countdown plan planning tonight next
	bald morgen warte warten vorfreude gespannt gleich demnächst bereit erwarte erwarten plane planen nächste endlich heute
	bientôt demain attends hâte pronto mañana esperando presto domani aspetto amanhã breve binnenkort snart imorgon скоро завтра жду скоро чекаю curând mâine aștept wkrótce jutro brzy zítra yarın hamarosan hamar 👀 ⏳ 🔜`,
	// trust
	`trust trusted reliable honest faith believe loyal depend safe secure promise agree
	vertrauen vertraue vertraut zuverlässig ehrlich verlass glaube treu sicher verlässlich kompetent seriös versprochen einverstanden
	confiance confianza confío fiable fiducia fidarsi confiança confio vertrouwen tillit litar доверяю доверие довіра încredere zaufanie ufam důvěra luottamus güven bizalom vjerujem εμπιστοσύνη ثقه bharosa 🤝`,
})

// seedTable finds the feelings that a word names.
type seedTable struct {
	hashes [8192]uint64
	sets   [8192]uint16
}

func newSeedTable(lists []string) *seedTable {
	t := new(seedTable)
	var d Doc
	for feeling, list := range lists {
		for _, w := range strings.Fields(list) {
			d.Read(w)
			if len(d.Tokens) != 1 {
				continue
			}
			at := t.slot(d.Tokens[0].Hash)
			t.hashes[at] = d.Tokens[0].Hash
			t.sets[at] |= 1 << feeling
		}
	}
	return t
}

func (t *seedTable) slot(h uint64) int {
	at := int(h>>20) % len(t.hashes)
	for t.hashes[at] != 0 && t.hashes[at] != h {
		at = (at + 1) % len(t.hashes)
	}
	return at
}

// of answers the feelings a token names, one bit each.
func (t *seedTable) of(h uint64) uint16 { return t.sets[t.slot(h)] }

// Seeds are the feelings that the token of this hash names, one bit each.
func Seeds(h uint64) uint16 { return seeds.of(h) }
