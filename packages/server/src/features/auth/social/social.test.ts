import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import {
  startOpenIdProvider,
  type TestOpenIdProvider,
  type TokenParts,
} from '../../../../../../tests/openid-provider.ts'
import { createOutgoingFetch } from '../../../http/outgoing-http/create-outgoing-fetch.ts'
import { GalleyError } from '../../../plugin.ts'
import { createSocialClient, type SocialClient, type StartSignInOptions } from './create-social-client.ts'
import type { OpenIdProvider } from './provider.ts'
import { oidc } from './providers/index.ts'

const redirectUri = 'http://127.0.0.1:3000/api/auth/social/test/callback'
const ada = {
  sub: 'ada-1',
  email: 'ada@example.com',
  email_verified: true,
  name: 'Ada',
  picture: 'https://example.com/a.png',
}

let server: TestOpenIdProvider
let provider: OpenIdProvider
let client: SocialClient

before(async () => {
  server = await startOpenIdProvider()
  provider = providerOf(server)
  client = clientOf(server)
})
after(() => server.close())
afterEach(() => {
  server.tamper(undefined)
  server.tamperAnswers(undefined)
  server.delay(0)
  server.signInAs(ada)
})

function providerOf({ issuer, clientId, clientSecret }: TestOpenIdProvider): OpenIdProvider {
  return oidc({ name: 'test', label: 'Test', issuer, clientId, clientSecret })
}

function clientOf({ address }: TestOpenIdProvider): SocialClient {
  return createSocialClient({ fetch: createOutgoingFetch({ allow: [address] }) })
}

async function comeBack(options: Partial<StartSignInOptions> = {}) {
  const { url, remembered } = await client.startSignIn(provider, { redirectUri, ...options })
  const callback = await server.visit(url)
  assert.equal(callback.origin + callback.pathname, redirectUri)
  return { callback: callback.searchParams, remembered }
}

async function signIn() {
  const { callback, remembered } = await comeBack()
  return client.finishSignIn(provider, callback, remembered)
}

test('somebody who signs in at a provider is told by issuer and subject', async () => {
  server.signInAs(ada)
  assert.deepEqual(await signIn(), {
    provider: 'test',
    issuer: server.issuer,
    subject: 'ada-1',
    email: 'ada@example.com',
    isEmailVerified: true,
    name: 'Ada',
    picture: 'https://example.com/a.png',
  })
})

test('the browser is sent away with PKCE, a state and a nonce that are new each time', async () => {
  const started = await Promise.all(
    [1, 2].map(() => client.startSignIn(provider, { redirectUri, loginHint: 'ada@example.com' })),
  )
  const [one, other] = started.map(({ url }) => Object.fromEntries(new URL(url).searchParams))
  assert.equal(one!.response_type, 'code')
  assert.equal(one!.redirect_uri, redirectUri)
  assert.equal(one!.scope, 'openid email profile')
  assert.equal(one!.code_challenge_method, 'S256')
  assert.equal(one!.login_hint, 'ada@example.com')
  for (const name of ['state', 'nonce', 'code_challenge']) {
    assert.ok(one![name]!.length >= 43, name)
    assert.notEqual(one![name], other![name], name)
  }
  assert.ok(!started[0]!.url.includes(started[0]!.remembered.codeVerifier), 'the verifier stays here')
  assert.ok(!started[0]!.url.includes(server.clientSecret))
})

test('an address that the provider has not verified is told as such', async () => {
  for (const email_verified of [false, undefined, 'no', 1]) {
    server.signInAs({ ...ada, email_verified } as typeof ada)
    const { email, isEmailVerified } = await signIn()
    assert.deepEqual([email, isEmailVerified], ['ada@example.com', false])
  }
})

test('somebody without an address or with a strange profile is told without', async () => {
  server.signInAs({
    sub: 'x'.repeat(255),
    email: 'no address',
    email_verified: true,
    picture: 'javascript:alert(1)',
    name: ' \n ',
  })
  assert.deepEqual(await signIn(), {
    provider: 'test',
    issuer: server.issuer,
    subject: 'x'.repeat(255),
    isEmailVerified: false,
  })
})

test('claims inside of the ID token are enough', async (t) => {
  const other = await startOpenIdProvider({ claimsInIdToken: true, clientAuthentication: 'client_secret_post' })
  t.after(() => other.close())
  other.signInAs(ada)
  const there = { ...providerOf(other), clientAuthentication: 'post' as const }
  const { url, remembered } = await clientOf(other).startSignIn(there, { redirectUri })
  const callback = await other.visit(url)
  const identity = await clientOf(other).finishSignIn(there, callback.searchParams, remembered)
  assert.deepEqual([identity.email, identity.isEmailVerified], ['ada@example.com', true])
  assert.ok(!other.requests.includes('GET /me'))
})

test('who presses Cancel is told so', async () => {
  server.signInAs(undefined)
  await assertCode(signIn(), 'social_cancelled')
})

test('a code is good once', async () => {
  const { callback, remembered } = await comeBack()
  await client.finishSignIn(provider, callback, remembered)
  await assertCode(client.finishSignIn(provider, callback, remembered), 'social_code_used')
})

test('a code is of no use without the verifier it was asked for with', async () => {
  const one = await comeBack()
  const other = await comeBack()
  const stolen = new URLSearchParams({ ...Object.fromEntries(other.callback), code: one.callback.get('code')! })
  await assertCode(client.finishSignIn(provider, stolen, other.remembered), 'social_code_used')
})

test('an answer with another state, or none, is refused before anything is asked', async () => {
  const { callback, remembered } = await comeBack()
  const before = server.requests.length
  for (const state of ['other', '', undefined]) {
    const changed = new URLSearchParams(callback)
    if (state === undefined) changed.delete('state')
    else changed.set('state', state)
    await assertCode(client.finishSignIn(provider, changed, remembered), 'social_state')
  }
  const twice = new URLSearchParams([...callback, ['state', 'other']])
  await assertCode(client.finishSignIn(provider, twice, remembered), 'social_untrusted')
  assert.equal(server.requests.length, before)
})

test('what was begun with one provider is not finished with another', async () => {
  const { callback, remembered } = await comeBack()
  await assertCode(client.finishSignIn({ ...provider, name: 'other' }, callback, remembered), 'social_state')
})

test('an answer of another issuer, or of none where the provider names itself, is refused', async () => {
  const { callback, remembered } = await comeBack()
  assert.equal(callback.get('iss'), server.issuer)
  for (const iss of ['https://evil.example', `${server.issuer}/`, undefined]) {
    const changed = new URLSearchParams(callback)
    if (iss === undefined) changed.delete('iss')
    else changed.set('iss', iss)
    await assertCode(client.finishSignIn(provider, changed, remembered), 'social_untrusted')
  }
})

const now = () => Math.floor(Date.now() / 1000)
const wrongTokens: Readonly<Record<string, (token: TokenParts) => void>> = {
  'another issuer': ({ claims }) => void Object.assign(claims, { iss: 'https://evil.example' }),
  'another audience': ({ claims }) => void Object.assign(claims, { aud: 'another-shop' }),
  'another audience besides ours': ({ claims }) => void Object.assign(claims, { aud: ['shop', 'another-shop'] }),
  'another authorized party': ({ claims }) => void Object.assign(claims, { azp: 'another-shop' }),
  'another nonce': ({ claims }) => void Object.assign(claims, { nonce: 'another' }),
  'no nonce': ({ claims }) => void delete claims.nonce,
  'no subject': ({ claims }) => void delete claims.sub,
  'a subject that is no text': ({ claims }) => void Object.assign(claims, { sub: 7 }),
  'a time that is over': ({ claims }) => void Object.assign(claims, { exp: now() - 60 }),
  'no end': ({ claims }) => void delete claims.exp,
  'a time that has not begun': ({ claims }) => void Object.assign(claims, { nbf: now() + 300 }),
  'another access token': ({ claims }) => void Object.assign(claims, { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  'another key': (token) => void Object.assign(token, { sign: () => Buffer.alloc(256, 1).toString('base64url') }),
  'no signature': (token) => void Object.assign(token, { sign: () => '' }),
  'alg none': (token) => void Object.assign(token, { header: { alg: 'none' }, sign: () => '' }),
  'the public key as a secret': (token) => signWith(server.publicKey, token),
  'the secret of the client': (token) => signWith(server.clientSecret, token),
  'a key of an unknown name': ({ header }) => void Object.assign(header, { kid: 'second' }),
  'a key it brings along': ({ header }) =>
    void Object.assign(header, { alg: 'ES256', jwk: {}, jku: 'http://127.0.0.1:9/' }),
  'a demand that is not understood': ({ header }) => void Object.assign(header, { crit: ['b64'], b64: false }),
}

function signWith(secret: string, token: TokenParts): void {
  token.header = { ...token.header, alg: 'HS256' }
  token.sign = (statement) => createHmac('sha256', secret).update(statement).digest('base64url')
}

for (const [what, change] of Object.entries(wrongTokens))
  test(`an ID token with ${what} is refused`, async () => {
    server.tamper(change)
    await assertCode(signIn(), 'social_untrusted')
  })

test('also where the provider says that it signs with secrets or not at all', async () => {
  const algorithms = { id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'] }
  server.tamperAnswers((path, body) => void (path.startsWith('/.well-known') && Object.assign(body, algorithms)))
  const fresh = clientOf(server)
  for (const change of ['alg none', 'the public key as a secret', 'the secret of the client']) {
    const { url, remembered } = await fresh.startSignIn(provider, { redirectUri })
    const callback = await server.visit(url)
    server.tamper(wrongTokens[change])
    await assertCode(fresh.finishSignIn(provider, callback.searchParams, remembered), 'social_untrusted')
  }
})

test('an ID token that was only signed anew is taken', async () => {
  server.tamper(({ claims }) => void Object.assign(claims, { azp: 'shop' }))
  assert.equal((await signIn()).subject, 'ada-1')
})

test('an answer without an ID token is refused', async () => {
  server.tamperAnswers((path, body) => void (path === '/token' && delete body.id_token))
  await assertCode(signIn(), 'social_untrusted')
})

test('what is told of somebody else than the ID token says is refused', async () => {
  server.tamperAnswers((path, body) => void (path === '/me' && Object.assign(body, { sub: 'grace-1' })))
  await assertCode(signIn(), 'social_untrusted')
})

test('a provider that is slow or broken is unavailable, and nothing it says leaves', async () => {
  const { callback, remembered } = await comeBack()
  const impatient = createSocialClient({
    fetch: (url, request) => createOutgoingFetch({ allow: [server.address] })(url, { ...request, timeoutMs: 100 }),
  })
  server.delay(300)
  await assertCode(impatient.startSignIn(provider, { redirectUri }), 'social_unavailable')
  server.delay(0)
  await impatient.startSignIn(provider, { redirectUri }) // what failed is not remembered
  server.delay(300)
  const error = await assertCode(impatient.finishSignIn(provider, callback, remembered), 'social_unavailable')
  assert.equal(
    error.message,
    'The server of Test does not answer at the moment. Try again later, or choose another way.',
  )
  assert.ok(error.cause instanceof Error, 'the log has more')
})

test('a provider that is not there is unavailable, one that may not be asked is not set up', async () => {
  const gone = await startOpenIdProvider()
  await gone.close()
  await assertCode(clientOf(gone).startSignIn(providerOf(gone), { redirectUri }), 'social_unavailable')
  const guarded = createSocialClient({ fetch: createOutgoingFetch() })
  await assertCode(guarded.startSignIn(provider, { redirectUri }), 'social_misconfigured')
})

test('a provider that calls itself otherwise than it was written is not set up', async () => {
  const fresh = clientOf(server)
  server.tamperAnswers(
    (path, body) => void (path.startsWith('/.well-known') && Object.assign(body, { issuer: 'https://evil.example' })),
  )
  await assertCode(fresh.startSignIn(provider, { redirectUri }), 'social_misconfigured')
})

test('a wrong secret or an unknown client is not set up', async () => {
  for (const wrong of [{ clientSecret: 'wrong' }, { clientId: 'nobody' }]) {
    const { callback, remembered } = await comeBack()
    await assertCode(client.finishSignIn({ ...provider, ...wrong }, callback, remembered), 'social_misconfigured')
  }
})

test('a provider without a client id is not there', async () => {
  const absent = oidc({ name: 'test', issuer: server.issuer, clientId: undefined, clientSecret: undefined })
  await assertCode(client.startSignIn(absent, { redirectUri }), 'social_unknown_provider')
})

test('what a provider publishes is asked for once', async () => {
  const fresh = clientOf(server)
  const count = () => server.requests.filter((line) => line.includes('/.well-known/')).length
  const before = count()
  await Promise.all([1, 2, 3].map(() => fresh.startSignIn(provider, { redirectUri })))
  assert.equal(count(), before + 1)
})

test('an issuer that cannot be trusted is refused where it is written', () => {
  for (const issuer of [
    'http://id.example',
    'ftp://id.example',
    'id.example',
    'https://id.example/.well-known/openid-configuration',
  ])
    assert.throws(() => oidc({ name: 'test', issuer, clientId: 'a', clientSecret: 'b' }), /has to be an https:/, issuer)
  assert.throws(
    () => oidc({ name: 'A b', issuer: 'https://id.example', clientId: 'a', clientSecret: 'b' }),
    /lower-case/,
  )
})

async function assertCode(work: Promise<unknown>, code: string): Promise<GalleyError> {
  const error = await work.then(
    (value) => assert.fail(`answered ${JSON.stringify(value)}`),
    (reason) => reason,
  )
  assert.ok(error instanceof GalleyError, String(error))
  assert.equal(error.code, code, String(error.cause))
  return error
}
