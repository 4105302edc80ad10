// A real Chromium with a profile of its own.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const artifacts = fileURLToPath(new URL('artifacts/', import.meta.url))

/** openBrowser answers {page, shot, close}; shot(name) keeps a screenshot in artifacts/. */
export async function openBrowser(options = {}) {
  const executablePath = execFileSync(fileURLToPath(new URL('chromium.sh', import.meta.url))).toString().trim()
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  const browser = await chromium.launch({ executablePath, args, headless: true })
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1100, height: 800 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  mkdirSync(artifacts, { recursive: true })
  return {
    page,
    shot: (name) => page.screenshot({ path: path.join(artifacts, `${name}.png`), fullPage: true }),
    close: () => browser.close(),
  }
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * accessible fails where the page breaks a rule of WCAG 2.2 AA that axe-core can
 * see, or is wider than its window.
 */
export async function accessible(page) {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
  const { violations } = await page.evaluate(`${axe}; axe.run(document, { runOnly: ${JSON.stringify(tags)} })`)
  const found = violations.map((v) => `${v.id}: ${v.help}\n    ${v.nodes.map((n) => `${n.html}\n    ${n.failureSummary}`).join('\n    ')}`)
  const place = new URL(page.url()).pathname
  assert.equal(found.length, 0, `${place}\n  ${found.join('\n  ')}`)
  const [wide, window] = await page.evaluate('[document.documentElement.scrollWidth, document.documentElement.clientWidth]')
  assert.ok(wide <= window, `${place} is ${wide} wide in a window of ${window}`)
}
