import {
  choice,
  type FeatureRoute,
  GalleyError,
  instant,
  list,
  newId,
  type RouteAnswer,
  type RouteRequest,
  route,
  text,
} from '../../../plugin.ts'
import { holdAccount } from '../accounts/hold-account.ts'
import { writeAudit } from '../audit.ts'
import type { AuthKit } from '../kit.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import type { AccessClaims } from './access-token.ts'
import { tokenErrors } from './errors.ts'
import { endFamily, endReused, findFamily, grantOf, rotate, startFamily } from './families.ts'
import { actorFromGrant, type Grant, requireGiver, requireScopes } from './grant.ts'
import { type AccountKey, accountKeyIn, accountKeysOf, grantOfKey, hashAccountKey } from './keys/account-keys.ts'
import type { Jwt } from './tokens.ts'

/** Getting access tokens, getting the next, and ending them. */
export function tokenRoutes(jwt: Jwt, kit: AuthKit): readonly FeatureRoute[] {
  return [exchangeRoute(jwt, kit), refreshRoute(jwt, kit), revokeRoute(kit)]
}

const tokenOutput = {
  accessToken: text({
    description: 'To be sent as Authorization: Bearer, here and to services that trust this server.',
  }),
  tokenType: choice(['Bearer']),
  expiresAt: instant({ description: 'Of the access token.' }),
  refreshToken: text({ optional: true, description: 'Good once. There is none where an API key was exchanged.' }),
}

const exchangeInput = {
  scopes: list(text({ max: 150 }), {
    min: 1,
    max: 50,
    optional: true,
    description: 'Such as products:read or orders:*. They narrow what the account may do. Default: all of it.',
  }),
}
type ExchangeRequest = RouteRequest<{ readonly scopes: readonly string[] | null }, AuthDb>

function exchangeRoute(jwt: Jwt, kit: AuthKit): FeatureRoute {
  return route<typeof exchangeInput, AuthDb>('POST', '/api/auth/token', {
    summary: 'Exchange a session, or an API key of an account, for an access token',
    description: 'A session has to be of a sign-in of the last ten minutes; the tokens go on when it ends.',
    input: exchangeInput,
    output: tokenOutput,
    hasSecret: true,
    async run(request) {
      const scopes = requireScopes(request.input.scopes, kit)
      const key = accountKeyIn(request.headers.authorization)
      return key === undefined ? fromSession(scopes, request, jwt, kit) : fromKey(key, scopes, request, jwt, kit)
    },
  })
}

async function fromSession(
  scopes: readonly string[] | null,
  request: ExchangeRequest,
  jwt: Jwt,
  kit: AuthKit,
): Promise<RouteAnswer> {
  const { session, account } = await requireGiver(request, kit)
  const { tenant, authenticatedAt } = session
  const id = newId()
  const grant: Grant = { id, kind: 'user', scopes, tenant, authenticatedAt, createdAt: request.now }
  const access = await accessToken(account, grant, jwt, kit)
  return request.once(async ({ db, now }) => {
    await holdAccount(account, db)
    const { generation } = account
    const refreshToken = await startFamily(db, { id, session, generation, scopes, now }, kit, jwt.settings)
    const visitor = visitorOf(request, kit)
    await writeAudit(db, { event: 'tokens-given', account: account.id, visitor, details: { scopes } })
    return { body: { ...access, refreshToken } }
  })
}

/** The key is good for longer than any refresh token: whoever has it comes again. */
async function fromKey(
  secret: string,
  scopes: readonly string[] | null,
  request: ExchangeRequest,
  jwt: Jwt,
  kit: AuthKit,
): Promise<RouteAnswer> {
  const key = await accountKeysOf(kit.db).first({ where: { hash: hashAccountKey(secret) } })
  const account = key && (await kit.db['auth-accounts'].findOne(key.account))
  if (key === undefined || account === undefined) throw tokenErrors.api_key_invalid()
  requireNoScopesOfItsOwn(scopes)
  const untilMs = key.expiresAt === null ? undefined : Date.parse(key.expiresAt)
  const access = await accessToken(account, grantOfKey(key as AccountKey), jwt, kit, untilMs)
  return request.once(async () => ({ body: { ...access, refreshToken: null } }))
}

/** Who acts by a token of a key is found by the key: it has the scopes of the key. */
function requireNoScopesOfItsOwn(scopes: readonly string[] | null): void {
  if (scopes !== null) throw tokenErrors.key_has_scopes()
}

const refreshInput = { refreshToken: text({ min: 1, max: 200, private: true }) }

function refreshRoute(jwt: Jwt, kit: AuthKit): FeatureRoute {
  return route<typeof refreshInput, AuthDb>('POST', '/api/auth/token/refresh', {
    summary: 'Get the next access token',
    description:
      'The refresh token is used up and there is a new one. One that was used is a copy: when it is shown again, all that follow from it end.',
    input: refreshInput,
    output: tokenOutput,
    hasSecret: true,
    async run(request) {
      try {
        return await refreshed(request, jwt, kit)
      } catch (error) {
        // In a transaction of its own: the other one is taken back.
        if (isRefused(error)) await endReused(request.input.refreshToken, request, kit)
        throw error
      }
    },
  })
}

async function refreshed(
  request: RouteRequest<{ readonly refreshToken: string }, AuthDb>,
  jwt: Jwt,
  kit: AuthKit,
): Promise<RouteAnswer> {
  const { refreshToken: shown } = request.input
  const family = await findFamily(kit.db, shown)
  const account = family && (await kit.db['auth-accounts'].findOne(family.account))
  if (family === undefined || account === undefined) throw tokenErrors.refresh_invalid()
  if (account.disabledAt !== null || account.generation !== family.generation) throw tokenErrors.refresh_invalid()
  const access = await accessToken(account, grantOf(family), jwt, kit)
  return request.once(async ({ db, now }) => {
    const refreshToken = await rotate(db, family, shown, now, kit, jwt.settings)
    return { body: { ...access, refreshToken } }
  })
}

function isRefused(error: unknown): boolean {
  return error instanceof GalleyError && error.code === tokenErrors.refresh_invalid.code
}

function revokeRoute(kit: AuthKit): FeatureRoute {
  return route<typeof refreshInput, AuthDb>('POST', '/api/auth/token/revoke', {
    summary: 'End the tokens that follow from a refresh token',
    description: 'Answers the same for a token that is none, or has ended.',
    input: refreshInput,
    async run(request) {
      await endFamily(request.input.refreshToken, request, kit)
      return {}
    },
  })
}

async function accessToken(account: AuthAccount, grant: Grant, { tokens }: Jwt, kit: AuthKit, untilMs?: number) {
  const { value: actor } = await actorFromGrant(account, grant, kit)
  const { authenticatedAt } = grant
  const claims: AccessClaims = {
    sub: account.id,
    accounts: account.accounts,
    sid: grant.id,
    from: grant.kind === 'key' ? 'key' : 'session',
    gen: account.generation,
    roles: actor.roles,
    ...(actor.scopes !== undefined && { scope: actor.scopes.join(' ') }),
    ...(actor.tenant !== undefined && { tenant: actor.tenant }),
    ...(authenticatedAt !== null && { auth_time: Math.floor(Date.parse(authenticatedAt) / 1_000) }),
  }
  const { token, expiresAt } = await tokens.sign(claims, kit.context.clock.nowMs(), untilMs)
  return { accessToken: token, tokenType: 'Bearer', expiresAt }
}
