// The demo as a newcomer sees it, in Chromium: on a phone, in German, without
// JavaScript; with two tabs; and every page as good for those who cannot see it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessible, openBrowser } from './browser.mjs'
import { build, startDemo } from './tonfall.mjs'

let demo, shy, open
const phone = { viewport: { width: 360, height: 740 }, locale: 'de-DE' }

before(async () => {
  build()
  const began = Date.now()
  demo = await startDemo('--customers', '12')
  console.log(`# the demo answers after ${Date.now() - began} ms`)
  const guests = demo.practice.accounts.slice(-2) // who have not been asked for consent yet
  ;[shy, open] = guests
})

after(() => demo?.stop())

/** visit gives fn a page of a fresh browser. */
const visit = (name, options, fn) =>
  test(name, { timeout: 120_000 }, async () => {
    const browser = await openBrowser(options)
    try {
      await fn(browser)
    } catch (err) {
      await browser.shot('failed').catch(() => {})
      console.error(`the browser is at ${browser.page.url()}\n${demo.log()}`)
      throw err
    } finally {
      await browser.close()
    }
  })

// toConsent goes from the shop through chooser and practice network.
async function toConsent(page, person, words, each = () => {}) {
  await page.goto(demo.urls.shop)
  await each('shop')
  await page.locator('a[href*="/practice/shop/signin"]').last().click()
  if (page.url().includes('/choose')) {
    await each('chooser')
    await page.getByText(words.with).click()
  }
  await page.locator('#handle').waitFor()
  await each('network-sign-in')
  await page.locator('#handle').fill(person.handle)
  await page.locator('#password').fill(person.password)
  await page.locator('button.main').click()
  await page.locator('button[value=allow]').waitFor()
  await each('network-authorize')
  await page.locator('button[value=allow]').click()
}

const german = { with: 'Mit Piazza anmelden', agree: 'Auswahl bestätigen', without: 'Ohne weitermachen' }

visit('a phone in German: every page on the way fits and can be used by all', phone, async ({ page, shot }) => {
  const each = async (name) => {
    await shot(`phone-${name}`)
    await accessible(page)
  }
  await toConsent(page, open, german, each)
  await page.waitForURL('**/demo/consent?**')
  await each('consent')
})

visit('without JavaScript: saying no to everything still signs in', { ...phone, javaScriptEnabled: false }, async ({ page, shot }) => {
  await toConsent(page, shy, german)
  await page.waitForURL('**/demo/consent?**')
  for (const box of await page.getByRole('checkbox').all()) assert.equal(await box.isChecked(), false)
  await page.reload()
  await page.getByRole('button', { name: german.without }).click()
  await page.waitForURL('**/practice/shop/**')
  await page.locator('#letter .tone').first().waitFor()
  await shot('phone-signed-in')
  assert.match(await page.locator('#letter .tone').first().textContent(), /schlicht/)
})

visit('two tabs: the first answer counts, the second tab says so', { locale: 'de-DE' }, async ({ page, shot }) => {
  await toConsent(page, open, german)
  await page.waitForURL('**/demo/consent?**')
  const second = await page.context().newPage()
  await second.goto(page.url())
  for (const box of await page.getByRole('checkbox').all()) await box.check()
  await page.getByRole('button', { name: german.agree }).click()
  await page.locator('button[value=allow]').click() // the network is asked for the posts only now
  await page.waitForURL('**/practice/shop/**')
  await page.locator('#letter').waitFor()
  await shot('letter')
  await accessible(page)
  await second.getByRole('button', { name: german.without }).click()
  await second.locator('button[value=deny]').click() // it goes where the first answer led
  await second.waitForURL('**/demo/**')
  assert.match(await second.textContent('h1'), /angemeldet|fortsetzen/)
  await accessible(second)
  // The way back does not undo the answer.
  await page.goBack()
  await page.goto(demo.urls.shop)
  await page.locator('#letter').waitFor()
})

visit("the studio's pages, by its one-time link", {}, async ({ page, shot }) => {
  await page.goto(demo.urls.studio)
  await page.waitForURL('**/studio**')
  await accessible(page)
  await shot('studio')
  const link = page.locator('a[href*="/studio/templates/"], a[href*="order-shipped"]').first()
  await link.click()
  await page.waitForLoadState()
  await accessible(page)
  await shot('studio-template')
})

visit('the API describes itself', {}, async ({ page, shot }) => {
  await page.goto(demo.urls.docs)
  await accessible(page)
  await shot('docs')
  const api = await (await fetch(demo.urls.openapi)).json()
  assert.match(api.openapi, /^3\.1/)
})
