// The program under test: built once, configured as any shop would, started on
// loopback, and spoken to through its commands and its API.
import { execFile, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const built = process.env.TONFALL_BINARY
const binary = built ?? path.join(root, 'e2e', '.cache', 'tonfall')

/** build compiles the program, unless TONFALL_BINARY names one; Go's own cache makes the second time quick. */
export function build() {
  if (!built) execFileSync('go', ['build', '-o', binary, './cmd/tonfall'], { cwd: root, stdio: 'inherit' })
}

/**
 * startTonfall serves one shop "tea" whose customers sign in at the given
 * Bluesky server. callback is the shop's redirect URI; more are further lines
 * of configuration. It answers
 * {base, issuer, client, backend, run, api, log, stop}.
 */
export async function startTonfall({ bluesky, home, callback, more = '' }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'tonfall-e2e-'))
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const secrets = { TEA_SECRET: randomBytes(24).toString('hex'), TEA_BACKEND: randomBytes(24).toString('hex') }
  const env = { ...process.env, ...secrets }
  execFileSync(binary, ['init', folder])
  const config = path.join(folder, 'tonfall.yaml')
  writeFileSync(config, configuration({ base, port, home, callback, bluesky, more }))

  const child = spawn(binary, ['serve', '--config', config], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  let log = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk))
  const t = {
    base,
    issuer: `${base}/tea`,
    client: { id: 'tea-shop', secret: secrets.TEA_SECRET },
    backend: { id: 'tea-backend', secret: secrets.TEA_BACKEND },
    log: () => log,
    /** run runs a command beside the server and answers {code, out}. */
    run: (...args) =>
      promisify(execFile)(binary, [...args, '--config', config], { env }).then(
        ({ stdout }) => ({ code: 0, out: stdout }),
        ({ code, stdout, stderr }) => ({ code, out: stdout, err: stderr }),
      ),
    stop: async () => {
      child.kill('SIGTERM')
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
  for (let left = 300; ; left--) {
    if (child.exitCode !== null || left === 0) throw new Error(`tonfall serve did not start:\n${log}`)
    if ((await fetch(`${base}/readyz`).catch(() => null))?.ok) break
    await new Promise((done) => setTimeout(done, 100))
  }
  t.api = await backend(t)
  return t
}

/** startDemo runs `tonfall demo` and answers what it prints, and {log, stop}. */
export async function startDemo(...args) {
  const child = spawn(binary, ['demo', '--json', '--addr', '127.0.0.1:0', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  let log = ''
  child.stderr.on('data', (chunk) => (log += chunk))
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), exited.then(() => null)])
  if (!line) throw new Error(`tonfall demo did not start:\n${log}`)
  return {
    ...JSON.parse(line[0]),
    log: () => log,
    stop: async () => {
      child.kill('SIGTERM')
      await exited
    },
  }
}

// backend gets a token for the shop's back end and answers a caller of the API.
async function backend({ base, issuer, backend: { id, secret } }) {
  const scope = 'customers:read customers:write mood:read messages:render'
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  })
  const token = await answer.json()
  if (!answer.ok) throw new Error(`client_credentials: ${answer.status} ${JSON.stringify(token)}`)
  return async (method, path, body) => {
    const r = await fetch(base + path, {
      method,
      headers: { authorization: `Bearer ${token.access_token}`, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    })
    const text = await r.text()
    if (!r.ok) throw Object.assign(new Error(`${method} ${path}: ${r.status} ${text}`), { status: r.status })
    return text && JSON.parse(text)
  }
}

const configuration = ({ base, port, home, callback, bluesky, more }) => `
${more}
listen: 127.0.0.1:${port}
base: ${base}
store: bolt://tonfall.db
keys: tonfall.keys
loopback: true
shops:
  - slug: tea
    name: Tea House
    home: ${home}
    locales: [en, de]
    connectors:
      - kind: bluesky
        base_url: ${bluesky.pds}
        directory_url: ${bluesky.plc}
      - kind: mastodon
    clients:
      - id: tea-shop
        name: Tea House
        secret: env:TEA_SECRET
        redirect_uris: [${callback}]
    backends:
      - id: tea-backend
        secret: env:TEA_BACKEND
        scopes: [customers:read, customers:write, mood:read, messages:render]
`

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
