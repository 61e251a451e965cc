import { type RouteRequest, sendMail } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import type { AuthKit } from '../kit.ts'
import { removeAll } from '../remove-all.ts'
import { hashToken, newToken } from '../secrets/token.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthDb, AuthSession } from '../tables.ts'
import { tokenErrors } from './errors.ts'
import type { Grant } from './grant.ts'
import type { JwtSettings } from './jwt-options.ts'
import { tokenMails } from './mails.ts'
import { familiesOf, type TokenFamily } from './tables.ts'

/** Begins every refresh token, so that scanners for leaked secrets recognize one. */
const refreshMark = 'glr_'
const refreshPattern = /^glr_([\w-]{43})([\w-]{43})$/

/**
 * A refresh token has two parts: one that all of its family have, and one that is new each time. The first finds the family, also for
 * one that was used before: that is how a copy is noticed.
 */
interface RefreshToken {
  readonly hash: string
  readonly currentHash: string
}

function newRefreshToken(family: string): string {
  return `${refreshMark}${family}${newToken()}`
}

function partsOf(token: string): (RefreshToken & { readonly family: string }) | undefined {
  const [, family, current] = refreshPattern.exec(token) ?? []
  if (family === undefined || current === undefined) return undefined
  return { family, hash: hashToken(family, 'refresh-family'), currentHash: hashToken(current, 'refresh') }
}

export interface NewFamily {
  readonly id: string
  readonly session: AuthSession
  readonly generation: number
  readonly scopes: readonly string[] | null
  /** ISO 8601. */
  readonly now: string
}

/** @returns the first refresh token. */
export async function startFamily(db: AuthDb, wanted: NewFamily, kit: AuthKit, settings: JwtSettings): Promise<string> {
  const { id, session, generation, scopes, now } = wanted
  const token = newRefreshToken(newToken())
  const { hash, currentHash } = partsOf(token)!
  const { account, authenticatedAt, tenant } = session
  await familiesOf(db).create({
    id,
    account,
    hash,
    currentHash,
    generation,
    scopes: scopes === null ? null : [...scopes],
    authenticatedAt,
    tenant,
    lastUsedAt: now,
    expiresAt: expiryOf(now, now, kit, settings),
  } as never)
  return token
}

/** Unused it ends after `refreshLifetime`, and always with the absolute limit of sessions. */
function expiryOf(startedAt: string, now: string, { settings }: AuthKit, { refreshMs }: JwtSettings): string {
  const ms = Math.min(Date.parse(now) + refreshMs, Date.parse(startedAt) + settings.absoluteMs)
  return new Date(ms).toISOString()
}

/** The family a refresh token belongs to, used or not; undefined for what is none. */
export async function findFamily(db: AuthDb, token: string): Promise<TokenFamily | undefined> {
  const parts = partsOf(token)
  if (parts === undefined) return undefined
  const family = await familiesOf(db).first({ where: { hash: parts.hash } })
  return family
}

/**
 * Uses a refresh token up, and gives the next: of any number at once exactly one succeeds, by one conditional statement.
 *
 * @throws auth_refresh_invalid
 */
export async function rotate(
  db: AuthDb,
  family: TokenFamily,
  shown: string,
  now: string,
  kit: AuthKit,
  settings: JwtSettings,
): Promise<string> {
  const { family: part, currentHash } = partsOf(shown)!
  const token = newRefreshToken(part)
  const isGood = { currentHash, endedAt: null, expiresAt: { gt: now } }
  const rotated = await familiesOf(db).updateIf(family.id, isGood, {
    currentHash: partsOf(token)!.currentHash,
    lastUsedAt: now,
    expiresAt: expiryOf(family.createdAt, now, kit, settings),
  })
  if (rotated === undefined) throw tokenErrors.refresh_invalid()
  return token
}

/** Ends a family of which a token was shown that had been used: either the owner or a thief has a copy, and nobody knows who. */
export async function endReused(shown: string, request: RouteRequest<any, AuthDb>, kit: AuthKit): Promise<void> {
  // any: whatever the input
  await kit.context.transaction(async ({ db, jobs, now }) => {
    const family = await findFamily(db, shown)
    if (family === undefined) return
    const isReused = { endedAt: null, currentHash: { ne: partsOf(shown)!.currentHash } }
    if ((await familiesOf(db).updateIf(family.id, isReused, { endedAt: now })) === undefined) return
    const account = await db['auth-accounts'].get(family.account)
    const visitor = visitorOf(request, kit)
    await writeAudit(db, { event: 'refresh-token-reused', account: account.id, isSuccess: false, visitor })
    await sendMail(jobs, tokenMails.tokensEnded, { to: account.email, input: { at: now, address: visitor.address } })
  })
}

/** Ends all that follows from a token; nobody is told whether there was anything to end. */
export async function endFamily(shown: string, request: RouteRequest<any, AuthDb>, kit: AuthKit): Promise<void> {
  // any: whatever the input
  await kit.context.transaction(async ({ db, now }) => {
    const family = await findFamily(db, shown)
    if (family === undefined) return
    if ((await familiesOf(db).updateIf(family.id, { endedAt: null }, { endedAt: now })) === undefined) return
    await writeAudit(db, { event: 'tokens-revoked', account: family.account, visitor: visitorOf(request, kit) })
  })
}

/** Ends all families of an account. */
export async function endFamilies(db: AuthDb, account: string): Promise<number> {
  return removeAll(familiesOf(db), { account })
}

export function grantOf({ id, scopes, tenant, authenticatedAt, createdAt }: TokenFamily): Grant {
  return { id, kind: 'user', scopes, tenant, authenticatedAt, createdAt }
}
