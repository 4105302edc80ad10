// What the account of the end-to-end test has written: 32 older posts of an
// ordinary life and 8 sad ones of the last days, German and English, from the
// validation rows of the data folder. Where that folder is missing, from the
// few lines below.
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const data = new URL('../../shared/data/', import.meta.url)

/** posts answers 40 of {text, lang, age} with the age in hours, oldest first. */
export function posts() {
  let found
  try {
    found = fromData()
  } catch (err) {
    if (err.code !== 'ENOENT') throw err
    console.log('# the folder of texts is missing: using the few that the test itself holds')
    found = own
  }
  const take = (list, i) => list[i % list.length]
  const older = Array.from({ length: 32 }, (_, i) => ({ ...take(found.older, i), age: 24 * (90 - 2.6 * i) }))
  const recent = Array.from({ length: 8 }, (_, i) => ({ ...take(found.recent, i), age: 28 - 3.5 * i }))
  return [...older, ...recent]
}

function fromData() {
  const sentiment = rows('sentiment.tsv.gz')
  const of = (list, label, lang, n) => list.filter((r) => r.label === label && r.lang === lang).slice(0, n)
  const mixed = ['positive', 'neutral', 'negative'].flatMap((label) => ['de', 'en'].flatMap((lang) => of(sentiment, label, lang, label === 'negative' ? 4 : 6)))
  const sad = ['de', 'en'].flatMap((lang) => of(rows('emotion.tsv.gz', ['brighter', 'tweeteval_emotion']), 'sadness', lang, 4))
  return { older: alternating(mixed), recent: alternating(sad) }
}

function rows(file, sources) {
  return gunzipSync(readFileSync(new URL(file, data)))
    .toString()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter(([text, , lang, source, split]) => split === 'val' && (!sources || sources.includes(source)) && (lang === 'de' || lang === 'en') && text.length > 40 && text.length < 280 && !/@user|http|RT |suicid|selbstmord/i.test(text))
    .map(([text, label, lang]) => ({ text, label, lang }))
}

// alternating spreads a list sorted by label and language evenly, the same each time.
function alternating(list) {
  const step = 7
  return list.map((_, i) => list[(i * step) % list.length])
}

const own = {
  older: [
    { lang: 'de', text: 'Der neue Radweg am Fluss ist fertig. Heute Morgen gleich ausprobiert, herrlich!' },
    { lang: 'en', text: 'The bakery round the corner has started selling rye bread again.' },
    { lang: 'de', text: 'Am Donnerstag ist wieder Chorprobe, diesmal im Gemeindehaus.' },
    { lang: 'en', text: 'Lovely evening with old friends, so much laughter. I am grateful for them.' },
    { lang: 'de', text: 'Endlich ist das Regal aufgebaut, und es steht sogar gerade. Ich bin stolz auf uns!' },
    { lang: 'en', text: 'Read the second volume on the train. The map at the back is useful.' },
    { lang: 'de', text: 'Der Zug hatte schon wieder eine Stunde Verspätung, das nervt.' },
    { lang: 'en', text: 'The new update broke my calendar. Annoying, but fixed by now.' },
  ],
  recent: [
    { lang: 'de', text: 'Ich bin so traurig. Unsere Katze ist heute Nacht gestorben, und die Wohnung ist so leer ohne sie.' },
    { lang: 'en', text: 'I miss her so much. I cried all morning and feel completely empty.' },
    { lang: 'de', text: 'Nichts macht mir gerade Freude. Ich fühle mich einsam und weine viel.' },
    { lang: 'en', text: 'Such a sad and lonely day. I can not stop thinking about what we have lost.' },
  ],
}
