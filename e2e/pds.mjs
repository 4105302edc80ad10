// A real Bluesky server on this machine: @atproto/pds with its OAuth server,
// and the PLC directory (@did-plc/server, in memory) that holds its DIDs.
//
//   node pds.mjs [--port 0] [--token-seconds 3600] [--document URL=FILE …]
//
// A document is what the server gets where it fetches that URL: the public
// description of an OAuth client, which on the internet would lie there.
//
// One JSON line on standard output says that it is ready:
// {"pds":"http://localhost:PORT","plc":"http://localhost:PORT","adminPassword":…}
// It ends when standard input closes or on SIGTERM, and leaves nothing behind.
// Accounts, posts and deletions go through its own XRPC API.
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import net from 'node:net'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'token-seconds': { type: 'string', default: '3600' },
    document: { type: 'string', multiple: true, default: [] },
  },
})

// Both servers listen on every address and offer no setting for it: this
// keeps them on loopback.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  const done = rest.findLast((x) => typeof x === 'function')
  const port = typeof first === 'object' && first !== null ? first.port : first
  return listen.call(this, { port: Number(port ?? 0), host: '127.0.0.1' }, done)
}

const documents = new Map(options.document.map((d) => [d.slice(0, d.lastIndexOf('=')), d.slice(d.lastIndexOf('=') + 1)]))
const fetch = globalThis.fetch
globalThis.fetch = async (request, init) => {
  const file = documents.get(request.url ?? String(request))
  return file ? new Response(await readFile(file), { headers: { 'content-type': 'application/json' } }) : fetch(request, init)
}

// The servers read this when they are loaded.
process.env.LOG_ENABLED ??= 'false'
const { PDS, envToCfg, envToSecrets } = (await import('@atproto/pds')).default
const { PlcServer, MockDatabase } = (await import('@did-plc/server')).default

const folder = await mkdtemp(path.join(tmpdir(), 'tonfall-pds-'))
const plc = PlcServer.create({ db: new MockDatabase(), port: 0 })
const plcUrl = `http://localhost:${(await plc.start()).address().port}`

const secret = () => randomBytes(32).toString('hex')
const env = {
  hostname: 'localhost', // gives accounts handles under .test
  port: Number(options.port) || (await freePort()), // the server's own URL holds it: known before it listens
  serviceName: 'Test PDS',
  devMode: true, // allows http on localhost
  dataDirectory: folder,
  blobstoreDiskLocation: path.join(folder, 'blobs'),
  didPlcUrl: plcUrl,
  inviteRequired: false,
  rateLimitsEnabled: true,
  jwtSecret: secret(),
  dpopSecret: secret(),
  adminPassword: secret(),
  plcRotationKeyK256PrivateKeyHex: secret(),
}
const cfg = envToCfg(env)
const pds = await PDS.create(cfg, envToSecrets(env))
pds.ctx.oauthProvider.tokenManager.tokenMaxAge = Number(options['token-seconds']) * 1000
await pds.start()
console.log(JSON.stringify({ pds: cfg.service.publicUrl, plc: plcUrl, adminPassword: env.adminPassword }))

let stopping = false
async function stop() {
  if (stopping) return
  stopping = true
  await pds.destroy()
  await plc.destroy()
  await rm(folder, { recursive: true, force: true })
  process.exit(0)
}
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
process.stdin.resume().on('end', stop)

async function freePort() {
  const server = net.createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
