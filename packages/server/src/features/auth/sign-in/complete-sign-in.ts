import type { RouteAnswer, RouteEffects } from '../../../plugin.ts'
import { holdAccount } from '../accounts/hold-account.ts'
import { writeAudit } from '../audit.ts'
import {
  type AuthDevice,
  deviceCookie,
  deviceLifetimeMs,
  findDevice,
  noteDevice,
  trustDevice,
} from '../devices/devices.ts'
import { newDeviceJob } from '../devices/tell-new-device.ts'
import { authErrors } from '../errors.ts'
import { type AuthKit, requireKind } from '../kit.ts'
import { issueSecret } from '../secrets/secrets.ts'
import { endSession, type NewSession, type Transport } from '../sessions/sessions.ts'
import type { Visitor } from '../sessions/visitor.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { lacksSecondFactor } from './second-factor-rule.ts'
import { sessionAnswer } from './sign-in-answer.ts'

/** Somebody who has proved who they are in one way. */
export interface Proof {
  readonly account: AuthAccount
  /** `password`, `passkey`, … */
  readonly methods: readonly string[]
  readonly transport: Transport
  readonly visitor: Visitor
  /** True where a second factor was shown. */
  readonly isSecondFactorDone?: boolean
  /** Asks for no second factor on this device for a while. */
  readonly remembersDevice?: boolean
}

/** How long a second factor may be given after the first. */
const secondFactorMs = 10 * 60_000
/** How many wrong codes a challenge survives. */
const secondFactorAttempts = 5
/** How long somebody who has to set up a second factor may take; a token that lies around for longer must not do it. */
const enrolMs = 60 * 60_000

/**
 * Signs in whoever proved who they are, or asks for the second factor.
 *
 * @throws auth_account_disabled, auth_email_unverified, auth_changed_meanwhile
 */
export async function completeSignIn(proof: Proof, effects: RouteEffects<AuthDb>, kit: AuthKit): Promise<RouteAnswer> {
  const { account, methods, transport, visitor } = proof
  const { db, now } = effects
  requireUsable(account, kit)
  const shown = visitor.deviceToken(account.id)
  const known = await findDevice(shown, account.id, db)
  if (account.factors.length > 0 && proof.isSecondFactorDone !== true && !isTrusted(known, now))
    return secondFactorAnswer(proof, effects)
  const stage = lacksSecondFactor(account, kit) ? 'enrol' : 'full'
  const { token: device } = await noteSignIn(proof, known, shown, effects, kit)
  const wanted: NewSession = {
    ...{ account, transport, methods, stage, visitor, now },
    secondFactorAt: proof.isSecondFactorDone === true ? now : null,
    ...(stage === 'enrol' && { lifetimeMs: enrolMs }),
  }
  if (transport === 'cookie') await endSession(db, visitor.sessionToken)
  const answer = await sessionAnswer(db, wanted, kit)
  if (transport === 'token') return { ...answer, body: { ...answer.body, device } }
  const cookie = kit.cookies.write(deviceCookie(account.id, kit.cookies), device, deviceLifetimeMs)
  return { ...answer, cookies: [...(answer.cookies ?? []), cookie] }
}

async function secondFactorAnswer(
  { account, methods, transport }: Proof,
  { db, now }: RouteEffects<AuthDb>,
): Promise<RouteAnswer> {
  const challenge = await issueSecret(db, {
    purpose: 'second-factor',
    account: account.id,
    data: { methods, transport, generation: account.generation },
    now,
    lifetimeMs: secondFactorMs,
    attempts: secondFactorAttempts,
  })
  return { body: { status: 'second-factor-required', challenge, factors: account.factors } }
}

function isTrusted(device: AuthDevice | undefined, now: string): boolean {
  return device !== undefined && device.trustedUntil !== null && device.trustedUntil > now
}

/** Keeps when and where, and tells the owner of a device that the account has not seen. */
async function noteSignIn(
  { account, methods, visitor, remembersDevice = false }: Proof,
  known: AuthDevice | undefined,
  shown: string | undefined,
  { db, jobs, now }: RouteEffects<AuthDb>,
  kit: AuthKit,
) {
  const noted = await noteDevice(known, shown, account.id, visitor, now, db)
  if (remembersDevice) await trustDevice(noted.device, now, kit, db)
  if (known === undefined && account.lastSignInAt !== null)
    await jobs.add(newDeviceJob, {
      account: account.id,
      at: now,
      address: visitor.address,
      userAgent: visitor.userAgent,
    })
  await holdAccount(account, db, { lastSignInAt: now })
  await writeAudit(db, { event: 'sign-in', account: account.id, visitor, details: { methods } })
  return noted
}

function requireUsable(account: AuthAccount, kit: AuthKit): void {
  if (account.disabledAt !== null) throw authErrors.account_disabled()
  if (account.emailVerifiedAt === null && requireKind(account.accounts, kit).requiresVerifiedEmail)
    throw authErrors.email_unverified()
}
