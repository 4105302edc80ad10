// OpenID Providers on this machine that nobody here wrote: a certified one
// (oidc-provider), a mock (oauth2-mock-server), and emulations of Google,
// Microsoft and Apple (emulate). Each knows one client and one person.
//
//   node issuers.mjs --client tonfall --secret SECRET --redirect URL
//
// One JSON line on standard output says that they are ready:
// {"certified":"http://localhost:PORT","mock":…,"google":…,"microsoft":…,"apple":…}
// They end when standard input closes or on SIGTERM.
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import net from 'node:net'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: { client: { type: 'string' }, secret: { type: 'string' }, redirect: { type: 'string' } },
})

// Not every one of them can be told to listen on loopback alone.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  const done = rest.findLast((x) => typeof x === 'function')
  const port = typeof first === 'object' && first !== null ? first.port : first
  return listen.call(this, { port: Number(port ?? 0), host: '127.0.0.1' }, done)
}

const { default: Provider } = await import('oidc-provider')
const { OAuth2Server } = await import('oauth2-mock-server')
const { createEmulator } = await import('emulate')

const ready = { certified: await certified(), mock: await mock() }
for (const service of ['google', 'microsoft', 'apple']) ready[service] = await emulation(service)
console.log(JSON.stringify(ready))

process.stdin.resume()
await Promise.race([once(process.stdin, 'end'), once(process, 'SIGTERM')])
process.exit(0)

// certified asks for a name, then for consent, on its own development pages.
async function certified() {
  const port = await freePort()
  const provider = new Provider(`http://localhost:${port}`, {
    clients: [{
      client_id: options.client, client_secret: options.secret, redirect_uris: [options.redirect],
      grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: 'client_secret_basic',
    }],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'locale'], email: ['email', 'email_verified'] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: 'Anna Beispiel', preferred_username: id, locale: 'de', email: `${id}@example.org`, email_verified: true }),
    }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
  })
  await once(provider.listen(port), 'listening')
  return provider.issuer
}

async function mock() {
  const server = new OAuth2Server()
  await server.issuer.keys.generate('RS256')
  await server.start(await freePort(), 'localhost')
  return server.issuer.url
}

async function emulation(service) {
  const client = { client_id: options.client, client_secret: options.secret, redirect_uris: [options.redirect], name: 'Tonfall', team_id: 'DEF123GHIJ' }
  const users = [{ email: 'anna@example.org', name: 'Anna Beispiel' }]
  const { url } = await createEmulator({ service, port: await freePort(), seed: { [service]: { users, oauth_clients: [client] } } })
  return url
}

async function freePort() {
  const server = net.createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
