import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, verify } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { startOpenIdProvider, type TestOpenIdOptions } from '../../../../../../../tests/openid-provider.ts'
import { createOutgoingFetch } from '../../../../http/outgoing-http/create-outgoing-fetch.ts'
import { GalleyError, type OutgoingFetch } from '../../../../plugin.ts'
import { createSocialClient } from '../create-social-client.ts'
import type { OAuthProvider, OpenIdProvider } from '../provider.ts'
import { apple, discord, facebook, github, gitlab, google, microsoft } from './index.ts'

const redirectUri = 'http://127.0.0.1:3000/api/auth/social/callback'
const credentials = { clientId: 'shop', clientSecret: 'the-secret-of-the-shop: 100% + more' }
const ada = {
  sub: 'ada-1',
  email: 'ada@example.com',
  email_verified: true,
  name: 'Ada',
  picture: 'https://example.com/a.png',
}

/* OpenID: a real provider under the name of the one that is meant. */

test('Google tells who it is, and only people of the organization where one is named', async (t) => {
  const { server, signIn } = await startAs(t, google(credentials), { issuer: 'https://accounts.google.com' })
  server.tamper(({ claims }) => void Object.assign(claims, { azp: 'shop', hd: 'other.example' }))
  assert.deepEqual(await signIn(), {
    provider: 'google',
    issuer: 'https://accounts.google.com',
    subject: 'ada-1',
    email: 'ada@example.com',
    isEmailVerified: true,
    name: 'Ada',
    picture: 'https://example.com/a.png',
  })
  const ofShop = google({ ...credentials, hostedDomain: 'shop.example' })
  await assertCode(signIn(ofShop), 'social_account_refused')
  server.tamper(({ claims }) => void Object.assign(claims, { hd: 'shop.example' }))
  assert.equal((await signIn(ofShop)).subject, 'ada-1')
})

test('GitLab tells who it is, also one of your own', async (t) => {
  for (const url of ['https://gitlab.com', 'https://gitlab.shop.example']) {
    const { signIn } = await startAs(t, gitlab({ ...credentials, url }), { issuer: url })
    const { issuer, isEmailVerified } = await signIn()
    assert.deepEqual([issuer, isEmailVerified], [url, true])
  }
})

const tenant = '5f2b2a1e-0000-4000-8000-000000000001'

test('at Microsoft each tenant vouches for its own people only', async (t) => {
  const { server, signIn } = await startMicrosoft(t)
  const issuer = `https://login.microsoftonline.com/${tenant}/v2.0`
  server.tamper(({ claims }) => void Object.assign(claims, { iss: issuer, tid: tenant }))
  assert.equal((await signIn()).issuer, issuer)
  for (const wrong of [
    { iss: issuer, tid: 'another-tenant' },
    { iss: issuer, tid: undefined },
    { iss: 'https://login.microsoftonline.com/common/v2.0', tid: tenant },
    { iss: 'https://login.microsoftonline.com/{tenantid}/v2.0', tid: tenant },
  ]) {
    server.tamper(({ claims }) => void Object.assign(claims, wrong))
    await assertCode(signIn(), 'social_untrusted')
  }
})

test('at Microsoft other tenants than those that are named are refused', async (t) => {
  const { server, signIn } = await startMicrosoft(t)
  const issuer = `https://login.microsoftonline.com/${tenant}/v2.0`
  server.tamper(({ claims }) => void Object.assign(claims, { iss: issuer, tid: tenant }))
  assert.equal((await signIn(microsoft({ ...credentials, tenants: [tenant] }))).subject, 'ada-1')
  await assertCode(signIn(microsoft({ ...credentials, tenants: ['another-tenant'] })), 'social_account_refused')
})

test('an address at Microsoft counts as verified only where the tenant owns its domain', async (t) => {
  const { server, signIn } = await startMicrosoft(t)
  const own = { iss: `https://login.microsoftonline.com/${tenant}/v2.0`, tid: tenant }
  for (const [xms_edov, expected] of [
    [undefined, false],
    [false, false],
    ['0', false],
    [true, true],
    ['1', true],
  ] as const) {
    server.tamper(({ claims }) => void Object.assign(claims, own, { xms_edov }))
    assert.equal((await signIn()).isEmailVerified, expected, String(xms_edov))
  }
})

/** Its metadata have a template in place of the issuer, and the browser does not bring `iss`. */
async function startMicrosoft(t: TestContext) {
  const started = await startAs(t, microsoft(credentials), { issuer: 'https://login.microsoftonline.com/common/v2.0' })
  started.server.tamperAnswers((path, body) => {
    if (!path.startsWith('/.well-known/')) return
    body.issuer = 'https://login.microsoftonline.com/{tenantid}/v2.0'
    delete body.authorization_response_iss_parameter_supported
  })
  started.callback.delete = ['iss']
  return started
}

test('Apple gets a secret signed with the key, posts the answer, and tells the name beside the token', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const secrets: string[] = []
  const provider = apple({
    clientId: 'shop',
    teamId: 'TEAM123456',
    keyId: 'KEY1234567',
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  })
  const { server, signIn, callback } = await startAs(t, provider, {
    issuer: 'https://appleid.apple.com',
    claimsInIdToken: true,
    isSecret: (secret) => secrets.push(secret) > 0,
  })
  server.signInAs({ sub: '001234.abc', email: 'x@privaterelay.appleid.com', email_verified: 'true' })
  callback.add = { user: '{"name":{"firstName":"Ada","lastName":"Lovelace"},"email":"evil@example.com"}' }
  const { subject, email, isEmailVerified, name } = await signIn()
  assert.deepEqual(
    [subject, email, isEmailVerified, name],
    ['001234.abc', 'x@privaterelay.appleid.com', true, 'Ada Lovelace'],
  )

  const [header, claims, signature] = secrets[0]!.split('.') as [string, string, string]
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  assert.deepEqual(read(header), { alg: 'ES256', kid: 'KEY1234567' })
  const { iss, sub, aud, iat, exp } = read(claims)
  assert.deepEqual([iss, sub, aud, exp - iat], ['TEAM123456', 'shop', 'https://appleid.apple.com', 300])
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  assert.ok(verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url')))

  for (const user of ['', 'null', '[]', '{"name":null}', '{']) {
    callback.add = { user }
    assert.equal((await signIn()).name, undefined, user)
  }
})

test('a broken key of Apple is a mistake of who set it up', async (t) => {
  const provider = apple({ clientId: 'shop', teamId: 'T', keyId: 'K', privateKey: 'no key' })
  const { signIn } = await startAs(t, provider, { issuer: 'https://appleid.apple.com' })
  await assertCode(signIn(), 'social_misconfigured')
})

async function startAs(t: TestContext, usual: OpenIdProvider, options: TestOpenIdOptions) {
  const server = await startOpenIdProvider({ clientAuthentication: 'client_secret_post', ...options })
  t.after(() => server.close())
  server.signInAs(ada)
  const client = createSocialClient({ fetch: server.through(createOutgoingFetch({ allow: [server.address] })) })
  const callback: { add: Record<string, string>; delete: string[] } = { add: {}, delete: [] }
  const signIn = async (provider = usual) => {
    const { url, remembered } = await client.startSignIn(provider, { redirectUri })
    const { searchParams } = await server.visit(url)
    for (const name of callback.delete) searchParams.delete(name)
    for (const [name, value] of Object.entries(callback.add)) searchParams.set(name, value)
    return client.finishSignIn(provider, searchParams, remembered)
  }
  return { server, signIn, callback }
}

/* OAuth: servers that answer as the documentation of the provider shows it. */

const githubUser = {
  login: 'octocat', id: 583231, node_id: 'MDQ6VXNlcjU4MzIzMQ==', avatar_url: 'https://avatars.githubusercontent.com/u/583231?v=4',
  gravatar_id: '', html_url: 'https://github.com/octocat', type: 'User', site_admin: false, name: 'monalisa octocat',
  email: 'written-by-hand@example.com', two_factor_authentication: true,
} // biome-ignore format: as documented
const githubEmails = [
  { email: 'old@example.com', verified: true, primary: false, visibility: null },
  { email: 'octocat@github.com', verified: true, primary: true, visibility: 'public' },
]

const githubAnswers: Answers = {
  'POST github.com/login/oauth/access_token': ({ body }) =>
    body.get('code') === 'good'
      ? { access_token: 'gho_1', scope: 'read:user,user:email', token_type: 'bearer' }
      : {
          error: 'bad_verification_code',
          error_description: 'The code passed is incorrect or expired.',
          error_uri:
            'https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code',
        },
  'GET api.github.com/user': () => githubUser,
  'GET api.github.com/user/emails': () => githubEmails,
}

test('GitHub tells who it is by its number, with the address of the list', async (t) => {
  const { signIn, requests } = await startFake(t, github(credentials), githubAnswers)
  assert.deepEqual(await signIn({ code: 'good', iss: 'https://github.com/login/oauth' }), {
    provider: 'github',
    issuer: 'https://github.com/login/oauth',
    subject: '583231',
    email: 'octocat@github.com',
    isEmailVerified: true,
    name: 'monalisa octocat',
    picture: 'https://avatars.githubusercontent.com/u/583231?v=4',
  })
  const [token, user] = requests
  assert.equal(token!.headers.accept, 'application/json')
  assert.deepEqual([token!.body.get('client_id'), token!.body.get('client_secret')], ['shop', credentials.clientSecret])
  assert.equal(token!.body.get('redirect_uri'), redirectUri)
  assert.ok(token!.body.get('code_verifier')!.length >= 43)
  assert.equal(user!.headers.authorization, 'Bearer gho_1')
  assert.ok(user!.headers['user-agent'], 'GitHub refuses those without')
})

test('a code that GitHub does not know, which it says with the status 200, is one that was used', async (t) => {
  const { signIn } = await startFake(t, github(credentials), githubAnswers)
  await assertCode(signIn({ code: 'bad' }), 'social_code_used')
})

test('an answer of GitHub in the name of somebody else is refused', async (t) => {
  const { signIn, requests } = await startFake(t, github(credentials), githubAnswers)
  await assertCode(signIn({ code: 'good', iss: 'https://evil.example' }), 'social_untrusted')
  assert.equal(requests.length, 0)
})

test('where GitHub does not tell addresses, the one of the profile is not taken for it', async (t) => {
  const hidden = { ...githubAnswers, 'GET api.github.com/user/emails': () => 404 }
  const { signIn } = await startFake(t, github(credentials), hidden)
  const { email, isEmailVerified } = await signIn({ code: 'good' })
  assert.deepEqual([email, isEmailVerified], [undefined, false])
  const unproven = {
    ...githubAnswers,
    'GET api.github.com/user/emails': () => [{ ...githubEmails[1], verified: false }],
  }
  const other = await startFake(t, github(credentials), unproven)
  assert.equal((await other.signIn({ code: 'good' })).isEmailVerified, false)
})

test('a GitHub that is broken is unavailable, and one that says nothing useful cannot be trusted', async (t) => {
  const broken: readonly (readonly [Answers, string])[] = [
    [{ 'POST github.com/login/oauth/access_token': () => 503 }, 'social_unavailable'],
    [{ 'GET api.github.com/user': () => 502 }, 'social_unavailable'],
    [{ 'GET api.github.com/user': () => 429 }, 'social_unavailable'],
    [{ 'GET api.github.com/user': () => 401 }, 'social_untrusted'],
    [{ 'GET api.github.com/user': () => ({}) }, 'social_untrusted'],
    [{ 'POST github.com/login/oauth/access_token': () => ({}) }, 'social_untrusted'],
    [
      { 'POST github.com/login/oauth/access_token': () => ({ error: 'incorrect_client_credentials' }) },
      'social_misconfigured',
    ],
    [
      { 'POST github.com/login/oauth/access_token': () => ({ error: 'redirect_uri_mismatch' }) },
      'social_misconfigured',
    ],
  ]
  for (const [answers, code] of broken) {
    const { signIn } = await startFake(t, github(credentials), { ...githubAnswers, ...answers })
    await assertCode(signIn({ code: 'good' }), code)
  }
})

test('Facebook gets a proof that the token is the app’s own, and its addresses count as unverified', async (t) => {
  const { signIn, requests } = await startFake(t, facebook(credentials), {
    'POST graph.facebook.com/v24.0/oauth/access_token': () => ({
      access_token: 'EAA1',
      token_type: 'bearer',
      expires_in: 5183944,
    }),
    'GET graph.facebook.com/v24.0/me': () => ({
      id: '10158', name: 'Ada Lovelace', email: 'ada@example.com',
      picture: { data: { height: 256, is_silhouette: false, url: 'https://platform-lookaside.fbsbx.com/x', width: 256 } },
    }), // biome-ignore format: as documented
  })
  const { subject, email, isEmailVerified, picture } = await signIn({ code: 'good' })
  assert.deepEqual([subject, email, isEmailVerified], ['10158', 'ada@example.com', false])
  assert.equal(picture, 'https://platform-lookaside.fbsbx.com/x')
  const proof = createHmac('sha256', credentials.clientSecret).update('EAA1').digest('hex')
  assert.equal(new URL(requests[1]!.url, 'http://x').searchParams.get('appsecret_proof'), proof)
})

test('Discord tells whether the address is verified', async (t) => {
  const user = {
    id: '80351110224678912',
    username: 'nelly',
    global_name: null,
    avatar: '8342729096ea3675442027381ff50dfe',
    email: 'nelly@discord.com',
  }
  for (const verified of [true, false, undefined]) {
    const { signIn } = await startFake(t, discord(credentials), {
      'POST discord.com/api/oauth2/token': () => ({
        access_token: 'a',
        token_type: 'Bearer',
        expires_in: 604800,
        refresh_token: 'r',
        scope: 'identify email',
      }),
      'GET discord.com/api/v10/users/@me': () => ({ ...user, verified }),
    })
    assert.deepEqual(await signIn({ code: 'good' }), {
      provider: 'discord',
      issuer: 'https://discord.com',
      subject: user.id,
      email: 'nelly@discord.com',
      isEmailVerified: verified === true,
      name: 'nelly',
      picture: 'https://cdn.discordapp.com/avatars/80351110224678912/8342729096ea3675442027381ff50dfe.png',
    })
  }
})

test('every provider says where to register, and is not there without a client id', async () => {
  const nothing = { clientId: undefined, clientSecret: undefined }
  const all = [google, github, facebook, microsoft, gitlab, discord].map((make) => make(nothing))
  const providers = [...all, apple({ clientId: 'shop', teamId: undefined, keyId: undefined, privateKey: undefined })]
  const client = createSocialClient({ fetch: createOutgoingFetch() })
  for (const provider of providers) {
    assert.match(provider.registration, /^[A-Z].* at https:\/\/.*\.$/, provider.name)
    await assertCode(client.startSignIn(provider, { redirectUri }), 'social_unknown_provider')
  }
})

type Answers = Readonly<Record<string, (request: FakeRequest) => unknown>>

interface FakeRequest {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: URLSearchParams
}

async function startFake(t: TestContext, provider: OAuthProvider, answers: Answers) {
  const requests: FakeRequest[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const seen = { url: request.url!, headers: request.headers, body: new URLSearchParams(text) }
    requests.push(seen)
    const path = new URL(request.url!, 'http://x').pathname.slice(1)
    const answer = answers[`${request.method} ${path}`]?.(seen) ?? 404
    const isStatus = typeof answer === 'number'
    response.writeHead(isStatus ? answer : 200, { 'Content-Type': 'application/json; charset=utf-8' })
    response.end(JSON.stringify(isStatus ? { message: 'Not as you think' } : answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const guarded = createOutgoingFetch({ allow: [`127.0.0.1:${port}`] })
  const toFake: OutgoingFetch = (url, request) =>
    guarded(`http://127.0.0.1:${port}/${String(url).slice('https://'.length)}`, request)
  const client = createSocialClient({ fetch: toFake })
  const signIn = async (callback: Record<string, string>) => {
    const { url, remembered } = await client.startSignIn(provider, { redirectUri })
    const state = new URL(url).searchParams.get('state')!
    assert.equal(new URL(url).searchParams.get('code_challenge_method'), 'S256')
    return client.finishSignIn(provider, { state, ...callback }, remembered)
  }
  return { signIn, requests }
}

async function assertCode(work: Promise<unknown>, code: string): Promise<void> {
  const error = await work.then(
    (value) => assert.fail(`answered ${JSON.stringify(value)}`),
    (reason) => reason,
  )
  assert.ok(error instanceof GalleyError, String(error))
  assert.equal(error.code, code, String(error.cause))
}
