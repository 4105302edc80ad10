// A shop as anybody would build it: a small server whose "Sign in" button goes
// through openid-client, which checks everything that an OpenID client checks,
// the ID token's signature included.
import { once } from 'node:events'
import http from 'node:http'
import * as oidc from 'openid-client'

/** Shop is a server on loopback; signedIn is the last customer: {claims, tokens}. */
export class Shop {
  static async open() {
    const shop = new Shop()
    shop.server = http.createServer((q, r) => shop.serve(q, r).catch((err) => page(r, 500, 'Sign-in failed', `${err.code ?? ''} ${err.message}`)))
    shop.server.listen(0, '127.0.0.1')
    await once(shop.server, 'listening')
    shop.home = `http://127.0.0.1:${shop.server.address().port}`
    shop.callback = `${shop.home}/callback`
    return shop
  }

  /** trust sets the OpenID Provider. */
  async trust({ issuer, client }) {
    const metadata = { client_secret: client.secret, id_token_signed_response_alg: 'ES256' }
    this.config = await oidc.discovery(new URL(issuer), client.id, metadata, undefined, { execute: [oidc.allowInsecureRequests] })
    oidc.enableNonRepudiationChecks(this.config)
  }

  async serve(q, r) {
    const url = new URL(q.url, this.home)
    if (url.pathname === '/sign-in') {
      this.pending = { verifier: oidc.randomPKCECodeVerifier(), state: oidc.randomState(), nonce: oidc.randomNonce() }
      const to = oidc.buildAuthorizationUrl(this.config, {
        redirect_uri: this.callback,
        scope: 'openid profile',
        code_challenge: await oidc.calculatePKCECodeChallenge(this.pending.verifier),
        code_challenge_method: 'S256',
        state: this.pending.state,
        nonce: this.pending.nonce,
      })
      r.writeHead(303, { location: to.href }).end()
    } else if (url.pathname === '/callback') {
      const { verifier, state, nonce } = this.pending
      const tokens = await oidc.authorizationCodeGrant(this.config, url, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      })
      const claims = tokens.claims()
      this.signedIn = { claims, tokens, userinfo: await oidc.fetchUserInfo(this.config, tokens.access_token, claims.sub) }
      page(r, 200, `Welcome, ${claims.name ?? claims.preferred_username ?? 'friend'}`, 'You are signed in.')
    } else {
      page(r, 200, 'Tea House', '', '<p><a href="/sign-in">Sign in</a></p>')
    }
  }

  async close() {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }
}

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)

function page(r, status, title, text, more = '') {
  r.writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
  r.end(`<!doctype html><html lang="en"><title>${escape(title)}</title><h1>${escape(title)}</h1><p>${escape(text)}</p>${more}</html>`)
}
