// A real Chromium with a profile of its own.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
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
  page.setDefaultTimeout(15_000)
  mkdirSync(artifacts, { recursive: true })
  return {
    page,
    shot: (name) => page.screenshot({ path: path.join(artifacts, `${name}.png`), fullPage: true }),
    close: () => browser.close(),
  }
}
