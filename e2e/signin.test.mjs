// The main job, end to end, against servers and clients that are not ours: a
// shop on openid-client, a Bluesky server (@atproto/pds) and Chromium. Somebody
// signs in, consents, is read and written to, deletes a post, and withdraws.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Person, startBluesky } from './bluesky.mjs'
import { accessible, openBrowser } from './browser.mjs'
import { Shop } from './shop.mjs'
import { posts } from './texts.mjs'
import { build, startTonfall } from './tonfall.mjs'

const TOKEN_SECONDS = 3 // an access token of the Bluesky server lives this long

// What messages/policy.yaml asks for: the tones that may answer a mood.
const TONES = {
  elated: ['enthusiastic', 'warm', 'plain'],
  content: ['warm', 'formal', 'plain'],
  neutral: ['plain', 'warm', 'formal'],
  mixed: ['plain', 'formal'],
  downcast: ['calm', 'plain'],
  anxious: ['calm', 'plain'],
  irritated: ['plain', 'calm', 'formal'],
}

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000))

/** eventually tries until fn answers something true, for at most so many seconds. */
async function eventually(seconds, fn) {
  for (const end = Date.now() + seconds * 1000; ; await pause(0.2)) {
    const found = await fn()
    if (found) return found
    if (Date.now() > end) return found
  }
}

let bluesky, anna, shop, tonfall, browser, rkeys, customer
const closing = []
const opened = (thing, close) => (closing.unshift(() => close(thing)), thing)

before(async () => {
  build()
  bluesky = opened(await startBluesky('--token-seconds', String(TOKEN_SECONDS)), (b) => b.stop())
  anna = await Person.join(bluesky, 'anna.test')
  rkeys = await anna.write(posts())
  shop = opened(await Shop.open(), (s) => s.close())
  tonfall = opened(await startTonfall({ bluesky, home: shop.home, callback: shop.callback }), (t) => t.stop())
  await shop.trust(tonfall)
  browser = opened(await openBrowser(), (b) => b.close())
})

after(async () => {
  for (const close of closing) await close()
})

const all = async (path) => {
  const items = []
  for (let cursor = ''; ; ) {
    const page = await tonfall.api('GET', `${path}?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`)
    items.push(...page.items)
    if (!(cursor = page.next)) return items
  }
}
const readings = () => all(`/v1/customers/${customer}/readings`)
const resync = async () => {
  const { code, out, err } = await tonfall.run('resync', '--json')
  assert.ok(code <= 1, `resync ended with ${code}: ${err}`)
  return JSON.parse(out)
}

// The steps build on each other: after one that fails, the rest are not tried.
let failed = false
const step = (name, fn) =>
  test(name, async () => {
    if (failed) throw 'not tried: a step before failed'
    try {
      await fn()
    } catch (err) {
      failed = true
      await browser?.shot('failed').catch(() => {})
      console.error(`the browser is at ${browser?.page.url()}\n${tonfall?.log() ?? ''}`)
      throw err
    }
  })

step('a handle that nobody has is told so; a no at the Bluesky server leads back', async () => {
  const { page, shot } = browser
  await page.goto(shop.home)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByText('Sign in with Bluesky').click()
  await page.getByLabel('Your handle').fill('nobody.test')
  await page.getByRole('button', { name: 'On to Bluesky' }).click()
  assert.match(await page.getByRole('alert').textContent(), /nobody at Bluesky has the handle "nobody.test"/)
  await accessible(page)
  await page.getByLabel('Your handle').fill('anna.test')
  await page.getByRole('button', { name: 'On to Bluesky' }).click()
  await page.waitForURL(`${bluesky.pds}/oauth/authorize?**`)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.waitForURL(`${tonfall.base}/**`)
  await shot('0-said-no')
  assert.match(await page.textContent('h1'), /did not let you through/)
  await accessible(page)
})

step('from the shop to the chooser, and on to the Bluesky server with a handle', async () => {
  const { page, shot } = browser
  await page.goto(shop.home)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByText('Sign in with Bluesky').click()
  await shot('1-chooser')
  await accessible(page)
  await page.getByLabel('Your handle').fill('@anna.test')
  await page.getByRole('button', { name: 'On to Bluesky' }).click()
  await page.waitForURL(`${bluesky.pds}/oauth/authorize?**`)
})

step("the Bluesky server's own pages: sign in, authorize", async () => {
  const { page, shot } = browser
  await page.getByRole('textbox', { name: 'Password' }).fill(anna.password)
  await shot('2-bluesky-sign-in')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Authorize' }).waitFor()
  await shot('3-bluesky-authorize')
  await page.getByRole('button', { name: 'Authorize' }).click()
  await page.waitForURL(`${tonfall.base}/tea/consent?**`)
})

step('the consent page: nothing is ticked; three yeses', async () => {
  const { page, shot } = browser
  const boxes = page.getByRole('checkbox')
  assert.ok((await boxes.count()) >= 3)
  for (const box of await boxes.all()) assert.equal(await box.isChecked(), false)
  await shot('4-consent')
  await accessible(page)
  for (const title of ['Read my posts from Bluesky', 'Recognise my mood', 'Choose the right tone for me']) await page.getByLabel(title).check()
  await page.getByRole('button', { name: 'Agree to what I ticked' }).click()
  await page.waitForURL(`${shop.callback}?**`)
  await shot('5-back-at-the-shop')
})

step('the shop holds a valid ID token, without any mood in it', async () => {
  assert.match(await browser.page.textContent('h1'), /^Welcome/)
  const { claims, userinfo } = shop.signedIn
  assert.equal(claims.iss, tonfall.issuer)
  assert.equal(userinfo['tonfall:connector'], 'bluesky')
  assert.equal(userinfo.preferred_username, 'anna.test')
  assert.doesNotMatch(JSON.stringify([claims, userinfo]), /mood|valence|sentiment|reading/)
  customer = claims.sub
})

step('the API answers a mood with its evidence', async () => {
  assert.equal((await eventually(40, async () => (await readings()).length === rkeys.length && (await readings())))?.length, rkeys.length)
  const mood = await tonfall.api('GET', `/v1/customers/${customer}/mood`)
  assert.equal(mood.abstained, false)
  assert.ok(['downcast', 'anxious', 'irritated', 'mixed'].includes(mood.mood), `the sad posts of the last day read as ${mood.mood}`)
  assert.ok(mood.current.valence < mood.baseline.valence)
  assert.ok(mood.evidence.length > 0)
  for (const e of mood.evidence) {
    assert.equal(e.connector, 'bluesky')
    assert.ok(rkeys.includes(e.item.split(' ').pop()), `${e.item} is no post of this account`)
    assert.ok(e.consents.length > 0)
  }
  console.log(`# mood ${mood.mood}, valence ${mood.current.valence} against ${mood.baseline.valence}, confidence ${mood.confidence}, ${mood.evidence.length} pieces of evidence`)
})

step('a message comes in the tone that the mood asks for, with its reason', async () => {
  const { mood } = await tonfall.api('GET', `/v1/customers/${customer}/mood`)
  const { tones } = await tonfall.api('GET', `/v1/customers/${customer}/tone`)
  const sent = await tonfall.api('POST', '/v1/messages/render', {
    customer,
    template: 'order-shipped',
    data: { order: '10482', items: [{ title: 'Green tea', quantity: 2 }], arrives: '2026-12-03', tracking_url: 'https://tracking.example/JD0146' },
  })
  assert.ok(TONES[mood].includes(sent.tone), `${sent.tone} does not fit ${mood}`)
  assert.equal(sent.tone, tones[0].tone)
  assert.ok(sent.reasons.length > 0)
  assert.match(sent.body, /10482/)
  assert.match(sent.body, /Green tea/)
  assert.doesNotMatch(sent.subject + sent.body, new RegExp(mood, 'i')) // copy never names the mood
  console.log(`# tone ${sent.tone}: ${JSON.stringify(sent.reasons.map((r) => r.text ?? r))}\n# ${sent.subject}`)
})

step('a new post and a deleted one upstream are followed by resync; the expired token is rotated', async () => {
  const [before] = await anna.programs()
  await pause(TOKEN_SECONDS + 0.5)
  const [fresh] = await anna.write([{ text: 'What a wonderful surprise, I am so happy today! Thank you all!', lang: 'en', age: 0 }])
  const [gone] = rkeys.splice(35, 1)
  await anna.delete(gone)
  rkeys.push(fresh)
  const tally = await resync()
  assert.deepEqual({ ok: tally.ok, failed: tally.failed, new: tally.new, gone: tally.gone }, { ok: 1, failed: 0, new: 1, gone: 1 })
  const keys = (await readings()).map((r) => r.item.split(' ').pop())
  assert.deepEqual(keys.toSorted(), rkeys.toSorted())
  const [after] = await anna.programs()
  assert.ok(Date.parse(after.updatedAt) > Date.parse(before.updatedAt), 'the Bluesky server has seen no rotation')
  assert.notEqual(after.tokenId, before.tokenId)
  const again = await resync()
  assert.deepEqual({ ok: again.ok, new: again.new, gone: again.gone }, { ok: 1, new: 0, gone: 0 })
})

step('disconnecting at the Bluesky server ends the reading; what was read stays', async () => {
  for (const program of await anna.programs()) await anna.disconnect(program)
  await anna.write([{ text: 'Nobody here should read this.', lang: 'en', age: 0 }]).then((keys) => rkeys.push(...keys))
  const tally = await resync()
  assert.equal(tally.new, 0)
  const { accounts } = await tonfall.api('GET', `/v1/customers/${customer}`)
  assert.equal(accounts[0].problem, 'reconnect-needed')
  assert.equal((await readings()).length, rkeys.length - 1)
})

step('a returning customer passes straight through, and the connection is whole again', async () => {
  const { page } = browser
  await page.context().clearCookies({ domain: '127.0.0.1' })
  await page.goto(`${shop.home}/sign-in`)
  await page.getByText('Sign in with Bluesky').click()
  await page.getByLabel('Your handle').fill('anna.test')
  await page.getByRole('button', { name: 'On to Bluesky' }).click()
  await page.waitForURL(`${bluesky.pds}/oauth/authorize?**`)
  await page.getByRole('textbox', { name: 'Password' }).fill(anna.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await Promise.race([page.waitForURL(`${shop.callback}?**`), page.getByRole('button', { name: 'Authorize' }).click()])
  await page.waitForURL(`${shop.callback}?**`)
  assert.equal(shop.signedIn.claims.sub, customer)
  assert.ok(await eventually(30, async () => (await readings()).length === rkeys.length), 'the post written meanwhile is not read')
  const { accounts } = await tonfall.api('GET', `/v1/customers/${customer}`)
  assert.equal(accounts[0].problem ?? '', '')
})

step('withdrawing the consent on the own page removes posts and readings and ends the grant at the Bluesky server', async () => {
  const { page, shot } = browser
  assert.ok((await anna.programs()).length > 0)
  await page.goto(`${tonfall.issuer}/me`)
  await shot('6-own-page')
  await accessible(page)
  await page.getByRole('button', { name: /^Take back.*Read my posts from Bluesky/ }).click()
  await page.getByRole('heading', { name: 'What was deleted' }).waitFor()
  await shot('7-receipt')
  await accessible(page)
  assert.deepEqual(await readings(), [])
  const mood = await tonfall.api('GET', `/v1/customers/${customer}/mood`)
  assert.equal(mood.abstained, true)
  assert.deepEqual(mood.evidence, [])
  const held = await tonfall.api('POST', `/v1/customers/${customer}/export`)
  assert.deepEqual(held.posts ?? [], [])
  assert.ok(await eventually(30, async () => (await anna.programs()).length === 0), 'the grant still stands at the Bluesky server')
})

step('erasing everything leaves a receipt in the browser, and nothing here', async () => {
  const { page, shot } = browser
  await page.goto(`${tonfall.issuer}/me/erase`)
  await accessible(page)
  await page.locator('form[action$="/me/erase"] button').click()
  await page.getByRole('heading', { name: 'Erased' }).waitFor()
  await shot('8-erased')
  await accessible(page)
  await assert.rejects(tonfall.api('GET', `/v1/customers/${customer}`), (err) => err.status === 404 || err.status === 410)
  assert.doesNotMatch((await tonfall.run('customers', 'list', '--json')).out, /anna/)
})

step('the log names nobody and holds no secret', () => {
  const log = tonfall.log()
  for (const secret of ['anna', anna.did, anna.password, shop.signedIn.tokens.access_token, tonfall.client.secret, tonfall.backend.secret, 'wonderful surprise']) {
    assert.ok(!log.includes(secret), `the log holds ${secret}`)
  }
})
