// The Bluesky side of the tests: the server of pds.mjs, and somebody with an
// account there.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** startBluesky answers {pds, plc, stop}. */
export async function startBluesky(...args) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('pds.mjs', import.meta.url)), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), exited.then(() => null)])
  if (!line) throw new Error('the Bluesky server did not start')
  return {
    ...JSON.parse(line[0]),
    stop: async () => {
      child.stdin.end()
      await exited
    },
  }
}

/** Person has an account, writes posts, and looks after the programs that may act for it. */
export class Person {
  static async join(server, handle) {
    const p = new Person()
    Object.assign(p, { server, handle, password: `correct horse ${handle}`, cookies: new Map() })
    const made = await p.xrpc('com.atproto.server.createAccount', { handle, email: `${handle.split('.')[0]}@example.test`, password: p.password })
    p.did = made.did
    p.token = made.accessJwt
    return p
  }

  async xrpc(method, input) {
    const { status, body } = await this.request('POST', `/xrpc/${method}`, this.token ? { authorization: `Bearer ${this.token}` } : {}, input)
    if (status !== 200) throw new Error(`${method}: ${status} ${JSON.stringify(body)}`)
    return body
  }

  /** write publishes posts of {text, lang, age} and answers their record keys. */
  async write(posts, now = Date.now()) {
    const writes = posts.map(({ text, lang, age }) => ({
      $type: 'com.atproto.repo.applyWrites#create',
      collection: 'app.bsky.feed.post',
      value: { $type: 'app.bsky.feed.post', text, langs: [lang], createdAt: new Date(now - age * 3600e3).toISOString() },
    }))
    const { results } = await this.xrpc('com.atproto.repo.applyWrites', { repo: this.did, writes })
    return results.map((r) => r.uri.split('/').pop())
  }

  delete(rkey) {
    return this.xrpc('com.atproto.repo.deleteRecord', { repo: this.did, collection: 'app.bsky.feed.post', rkey })
  }

  /** programs lists what may act for the account, as the server's own account page does. */
  async programs() {
    return this.account('GET', `oauth-sessions?sub=${this.did}`)
  }

  /** disconnect ends one of them, as that page's button does. */
  disconnect({ tokenId }) {
    return this.account('POST', 'revoke-oauth-session', { sub: this.did, tokenId })
  }

  // account is a call of the account page, signed in, with the headers that a browser sends.
  async account(method, call, input) {
    const page = { referer: `${this.server.pds}/account`, origin: this.server.pds, 'sec-fetch-mode': 'same-origin', 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'empty' }
    const ask = async (method, call, input) => {
      const path = `/@atproto/oauth-provider/~api/${call}`
      const { status, body } = await this.request(method, path, { ...page, 'x-csrf-token': this.cookies.get('csrf-token') }, input)
      if (status !== 200) throw new Error(`${call}: ${status} ${JSON.stringify(body)}`)
      return body
    }
    if (this.cookies.size === 0) {
      await this.request('GET', '/account', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' })
      await ask('POST', 'sign-in', { username: this.handle, password: this.password, locale: 'en', remember: true })
    }
    return ask(method, call, input)
  }

  // request speaks plain http: fetch would set some of these headers itself.
  // The server's cookies are Secure, and are kept here.
  async request(method, path, headers, input) {
    const text = input && JSON.stringify(input)
    const r = http.request(new URL(path, this.server.pds), {
      method,
      headers: {
        ...(text && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        ...(this.cookies.size && { cookie: [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ') }),
        ...headers,
      },
    })
    r.end(text)
    const [answer] = await once(r, 'response')
    const chunks = []
    for await (const chunk of answer) chunks.push(chunk)
    for (const cookie of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/)
      this.cookies.set(name, value)
    }
    const body = Buffer.concat(chunks).toString()
    return { status: answer.statusCode, body: answer.headers['content-type']?.includes('json') ? JSON.parse(body) : body }
  }
}
