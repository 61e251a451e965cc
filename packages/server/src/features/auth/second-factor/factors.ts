import { type RouteAnswer, type RouteEffects, type RouteRequest, sendMail } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { distrustDevices } from '../devices/devices.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import { endedBy } from '../secrets/purposes.ts'
import { revokeSecrets } from '../secrets/secrets.ts'
import { endSessions } from '../sessions/sessions.ts'
import { visitorOf } from '../sessions/visitor.ts'
import { recentMs, requireRecent } from '../sign-in/recent.ts'
import { renewSession } from '../sign-in/renew-session.ts'
import { lacksSecondFactor } from '../sign-in/second-factor-rule.ts'
import type { AuthAccount, AuthDb, AuthSession } from '../tables.ts'
import { endFamilies } from '../tokens/families.ts'
import { factorErrors } from './errors.ts'
import { factorMails } from './mails.ts'
import { giveRecoveryCodes } from './recovery.ts'

export type Factor = 'totp' | 'passkey'

/**
 * Lets only somebody set up or change factors who was there a moment ago, with a factor where there is one already: whoever has
 * stolen a password must not add their own.
 *
 * @throws auth_reauthentication_required, auth_second_factor_required
 */
export function requireRecentFactor(session: AuthSession, account: AuthAccount, now: string): void {
  if (account.factors.length === 0 && session.stage === 'enrol') return
  requireRecent(session, now)
  if (account.factors.length === 0) return
  const ageMs = Date.parse(now) - Date.parse(session.secondFactorAt ?? '1970-01-01')
  if (ageMs > recentMs) throw factorErrors.second_factor_required()
}

export interface AddedFactor {
  readonly factor: Factor
  readonly session: AuthSession
  readonly account: AuthAccount
  readonly request: Pick<RouteRequest, 'clientAddress' | 'headers' | 'input'>
  /** Recovery codes are hashed with it. */
  readonly recoveryKey: Uint8Array
}

/**
 * Notes a factor that was confirmed, and answers with the session under a new token: it may do more now. The first factor of an
 * account brings its recovery codes.
 */
export async function addFactor(
  { factor, session, account: { id }, request, recoveryKey }: AddedFactor,
  effects: RouteEffects<AuthDb>,
  kit: AuthKit,
): Promise<RouteAnswer> {
  const { db, jobs, now } = effects
  const before = await db['auth-accounts'].get(id)
  requireRecentFactor(session, before, now)
  const account = await setFactors(before, [...new Set([...before.factors, factor])], db)
  const visitor = visitorOf(request, kit)
  const recoveryCodes = before.factors.length === 0 ? await giveRecoveryCodes(id, recoveryKey, effects) : undefined
  await writeAudit(db, { event: 'factor-added', account: id, visitor, details: { factor } })
  await sendMail(jobs, factorMails.factorAdded, {
    to: account.email,
    input: { at: now, factor, address: visitor.address },
  })
  // Whoever else has a session or tokens got them by less than is asked for now.
  if (before.factors.length === 0) {
    await endSessions(db, id, session.id)
    await endFamilies(db, id)
  }
  const answer = await renewSession(session, account, factor, { ...effects, visitor }, kit)
  return { ...answer, body: { ...answer.body, ...(recoveryCodes !== undefined && { recoveryCodes }) } }
}

/**
 * Notes that a factor is gone. With the last one go recovery codes and remembered devices.
 *
 * @throws auth_last_factor  when the roles of the account demand one.
 */
export async function removeFactor(
  id: string,
  factor: Factor,
  { db, jobs, now }: RouteEffects<AuthDb>,
  kit: AuthKit,
): Promise<void> {
  const before = await db['auth-accounts'].get(id)
  const factors = before.factors.filter((each) => each !== factor)
  if (lacksSecondFactor({ ...before, factors }, kit)) throw factorErrors.last_factor()
  await setFactors(before, factors, db)
  if (factors.length === 0) await forgetFactors(id, db)
  await sendMail(jobs, factorMails.factorRemoved, { to: before.email, input: { at: now, factor } })
}

/** Removes what is worth nothing without a factor. */
export async function forgetFactors(account: string, db: AuthDb): Promise<void> {
  await revokeSecrets(db, account, endedBy('no-factor'))
  await distrustDevices(account, db)
}

async function setFactors({ id, version }: AuthAccount, factors: readonly string[], db: AuthDb): Promise<AuthAccount> {
  const changed = await db['auth-accounts'].updateIf(id, { version }, { factors: [...factors] })
  if (changed === undefined) throw authErrors.changed_meanwhile()
  return changed
}
