import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type Provider from 'oidc-provider'
import type { OutgoingFetch } from '../packages/server/src/ports/outgoing-http.ts'

/** Somebody who has an account at the provider. */
export interface ProviderAccount {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean | string
  readonly name?: string
  readonly picture?: string
}

/** An ID token on its way, for a test that wants it wrong. */
export interface TokenParts {
  header: Record<string, unknown>
  claims: Record<string, unknown>
  /** Default: with the key of the provider. */
  sign?: (statement: string) => string
}

/** A real OpenID provider (`oidc-provider`) on loopback, whose people sign in without being asked. */
export interface TestOpenIdProvider {
  readonly issuer: string
  /** What `settings.outgoing.allow` has to have: `127.0.0.1:40123`. */
  readonly address: string
  readonly clientId: string
  readonly clientSecret: string
  /** Who signs in from now on; undefined: they press Cancel. */
  signInAs(account: ProviderAccount | undefined): void
  /** Leads requests for `options.issuer` here instead of to the internet. */
  through(fetch: OutgoingFetch): OutgoingFetch
  /**
   * Does what a browser does at the provider: goes to the address, signs in, and follows until it is sent elsewhere.
   *
   * @returns the address of the application it is sent to, with the code and the state; also where they are in a form that is posted.
   */
  visit(url: string): Promise<URL>
  /** Changes every ID token from now on; signed anew unless it says otherwise. Undefined: they are as they should be. */
  tamper(change: ((token: TokenParts) => void) | undefined): void
  /** Changes whole answers, by path (`/token`, `/jwks`): the body as JSON. Undefined: they are as they should be. */
  tamperAnswers(change: ((path: string, body: Record<string, unknown>) => void) | undefined): void
  /** Holds every answer back for so long. */
  delay(milliseconds: number): void
  /** Paths of the requests so far: `POST /token`. */
  readonly requests: readonly string[]
  /** The public key, as PEM. */
  readonly publicKey: string
  close(): Promise<void>
}

export interface TestOpenIdOptions {
  /** What it calls itself, such as `https://accounts.google.com`. Default: its own address. See `through`. */
  readonly issuer?: string
  /** Says whether a secret is the one of the client. Default: `clientSecret` is. */
  readonly isSecret?: (secret: string) => boolean
  /** Default: any address on loopback, with the path `/callback` or below `/api/auth/`. */
  readonly redirectUris?: readonly string[]
  /** Whether ID tokens have the address and the name themselves. Default: they are asked for at `/me`, as the specification says. */
  readonly claimsInIdToken?: boolean
  /** Default `client_secret_basic`. */
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post'
}

/** Starts a provider. Closes when told to. */
export async function startOpenIdProvider(options: TestOpenIdOptions = {}): Promise<TestOpenIdProvider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const state: State = { account: { sub: 'ada' }, change: undefined, changeAnswer: undefined, delayMs: 0, requests: [] }
  const { server, port } = await listen()
  const base = `http://127.0.0.1:${port}`
  const issuer = options.issuer ?? base
  const here = addressHere(issuer, base)
  const provider = await makeProvider(issuer, privateKey, state, options)
  const handle = provider.callback()
  server.on('request', (request, response) => void handle(request, response))
  return {
    issuer,
    address: `127.0.0.1:${port}`,
    ...credentials,
    requests: state.requests,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    signInAs: (account) => {
      state.account = account
    },
    tamper: (change) => {
      state.change = change
    },
    tamperAnswers: (change) => {
      state.changeAnswer = change
    },
    delay: (milliseconds) => {
      state.delayMs = milliseconds
    },
    through: (fetch) => (url, request) =>
      fetch(here(url).href, { ...request, headers: { ...request?.headers, ...cameFrom(url) } }),
    visit: (url) => visit(url, here),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Where a URL of the issuer is reached on this machine; other URLs are as they are. */
function addressHere(issuer: string, base: string): (url: string | URL) => URL {
  const { origin, pathname } = new URL(issuer)
  return (url) => {
    const asked = new URL(url)
    if (asked.origin !== origin) return asked
    const path = asked.pathname.startsWith(`${pathname}/`) ? asked.pathname.slice(pathname.length) : asked.pathname
    return new URL(path + asked.search, base)
  }
}

/** The provider writes addresses as it was asked for. */
function cameFrom(url: string | URL): Record<string, string> {
  const { protocol, host } = new URL(url)
  return { 'x-forwarded-proto': protocol.slice(0, -1), 'x-forwarded-host': host }
}

const credentials = { clientId: 'shop', clientSecret: 'the-secret-of-the-shop: 100% + more' }

interface State {
  account: ProviderAccount | undefined
  change: ((token: TokenParts) => void) | undefined
  changeAnswer: ((path: string, body: Record<string, unknown>) => void) | undefined
  delayMs: number
  readonly requests: string[]
}

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

async function makeProvider(
  issuer: string,
  key: KeyObject,
  state: State,
  options: TestOpenIdOptions,
): Promise<Provider> {
  const { default: OidcProvider, interactionPolicy } = await import('oidc-provider')
  const policy = interactionPolicy.base()
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }))
  const { redirectUris, claimsInIdToken = false, clientAuthentication = 'client_secret_basic', isSecret } = options
  const provider = new OidcProvider(issuer, {
    clients: [
      {
        client_id: credentials.clientId,
        client_secret: credentials.clientSecret,
        redirect_uris: [...(redirectUris ?? ['http://127.0.0.1/callback'])],
        token_endpoint_auth_method: clientAuthentication,
      },
    ],
    jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid: 'first', alg: 'RS256', use: 'sig' }] },
    cookies: { keys: ['not a secret'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'picture'] },
    scopes: ['openid', 'email', 'profile', 'name'],
    conformIdTokenClaims: !claimsInIdToken,
    features: { devInteractions: { enabled: false } },
    interactions: { policy, url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ ...state.account, sub }) }),
    loadExistingGrant: grantEverything,
    ttl: { Interaction: 60, Grant: 60, Session: 60, AccessToken: 60, IdToken: 60, AuthorizationCode: 60 },
    pkce: { required: () => true },
  })
  provider.use(async (context, next) => {
    state.requests.push(`${context.method} ${context.path}`)
    if (state.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, state.delayMs))
    const isInteraction = context.path.startsWith('/interaction/')
    if (isInteraction) return finishInteraction(provider, context, state.account)
    await next()
    changeAnswer(context as unknown as { path: string; body: Record<string, unknown> }, key, state)
  })
  provider.proxy = options.issuer !== undefined
  if (isSecret !== undefined) provider.Client.prototype.compareClientSecret = isSecret
  if (redirectUris === undefined)
    provider.Client.prototype.redirectUriAllowed = (uri: string) => /^http:\/\/127\.0\.0\.1:\d+\//.test(uri)
  return provider
}

type KoaContext = Parameters<Parameters<Provider['use']>[0]>[0]

async function finishInteraction(provider: Provider, context: KoaContext, account: ProviderAccount | undefined) {
  context.respond = false
  const result =
    account === undefined
      ? { error: 'access_denied', error_description: 'They pressed Cancel.' }
      : { login: { accountId: account.sub }, select_account: {} }
  await provider.interactionFinished(context.req, context.res, result)
}

const grantEverything: NonNullable<ConstructorParameters<typeof Provider>[1]>['loadExistingGrant'] = async (
  context,
) => {
  const { client, session, provider, params } = context.oidc
  const grant = new provider.Grant({ clientId: client!.clientId, accountId: session!.accountId! })
  grant.addOIDCScope(String(params!.scope))
  await grant.save()
  return grant
}

function changeAnswer(context: { path: string; body: Record<string, unknown> }, key: KeyObject, state: State): void {
  if (typeof context.body !== 'object' || context.body === null) return
  if (state.change !== undefined && typeof context.body.id_token === 'string')
    context.body = { ...context.body, id_token: changedToken(context.body.id_token, state.change, key) }
  state.changeAnswer?.(context.path, context.body)
}

function changedToken(token: string, change: (token: TokenParts) => void, key: KeyObject): string {
  const [header, claims] = token.split('.', 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  const parts: TokenParts = { header, claims }
  change(parts)
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const statement = `${encode(parts.header)}.${encode(parts.claims)}`
  const signed = parts.sign ?? ((text: string) => sign('sha256', Buffer.from(text), key).toString('base64url'))
  return `${statement}.${signed(statement)}`
}

/** Follows redirects with cookies, as long as they stay at the provider. */
async function visit(start: string, here: (url: string) => URL): Promise<URL> {
  const jar = new Map<string, string>()
  const { origin } = new URL(start)
  let url = new URL(start)
  for (let step = 0; step < 10 && url.origin === origin; step++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(here(url.href), { redirect: 'manual', headers: { cookie, ...cameFrom(url) } })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      jar.set(name, value)
    }
    const next = answer.headers.get('location') ?? addressOfForm(await answer.text())
    if (next === undefined) throw new Error(`${url} answered ${answer.status} and sends nobody anywhere.`)
    url = new URL(next, url)
  }
  return url
}

/** Of a page that posts its hidden fields by itself. */
function addressOfForm(page: string): string | undefined {
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1]
  if (action === undefined) return undefined
  const fields = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)]
  return `${action}?${new URLSearchParams(fields.map(([, name, value]) => [name!, value!]))}`
}
