import { choice, instant, list, object, type RouteAnswer, type RouteEffects, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { authErrors } from '../errors.ts'
import { type AuthKit, requireKind } from '../kit.ts'
import { issueSecret } from '../secrets/secrets.ts'
import { type NewSession, startSession, type Transport } from '../sessions/sessions.ts'
import type { Visitor } from '../sessions/visitor.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { needsSecondFactor } from './second-factor-rule.ts'

/** Somebody who has proved who they are in one way. */
export interface Proof {
  readonly account: AuthAccount
  /** `password`, `passkey`, … */
  readonly methods: readonly string[]
  readonly transport: Transport
  readonly visitor: Visitor
  /** True where a second factor was shown, or is none wanted of this device. */
  readonly isSecondFactorDone?: boolean
}

/** How long a second factor may be given after the first. */
const secondFactorMs = 10 * 60_000

/** Members of the answer to each way to sign in. */
export const signInOutput = {
  status: choice(['signed-in', 'second-factor-required', 'second-factor-enrolment-required']),
  account: object({ id: text(), accounts: text(), email: text() }, { optional: true }),
  session: object({ id: text(), expiresAt: instant() }, { optional: true }),
  /** Where a token was asked for instead of a cookie. */
  token: text({ optional: true, description: 'To be sent as Authorization: Bearer. Only when transport is token.' }),
  challenge: text({ optional: true, description: 'To be sent with the second factor.' }),
  factors: list(text(), { optional: true, description: 'The second factors that are set up.' }),
}

/** Members of the input of each way to sign in. */
export const transportInput = {
  transport: choice(['cookie', 'token'], {
    default: 'cookie',
    description: 'cookie: for browsers. token: the answer holds a token, for apps and services.',
  }),
}

/**
 * Signs in whoever proved who they are, or asks for the second factor.
 *
 * @throws auth_account_disabled, auth_email_unverified
 */
export async function completeSignIn(
  proof: Proof,
  { db, now }: RouteEffects<AuthDb>,
  kit: AuthKit,
): Promise<RouteAnswer> {
  const { account, methods, transport, visitor } = proof
  requireUsable(account, kit)
  if (account.factors.length > 0 && proof.isSecondFactorDone !== true) {
    const challenge = await issueSecret(db, {
      purpose: 'second-factor',
      account: account.id,
      data: { methods, transport },
      now,
      lifetimeMs: secondFactorMs,
      attempts: 5,
    })
    return { body: { status: 'second-factor-required', challenge, factors: account.factors } }
  }
  const stage = account.factors.length === 0 && needsSecondFactor(account, kit) ? 'enrol' : 'full'
  await db['auth-accounts'].update(account.id, { lastSignInAt: now })
  await writeAudit(db, { event: 'sign-in', account: account.id, visitor, details: { methods } })
  return sessionAnswer(db, { account, transport, methods, stage, visitor, now }, kit)
}

/** Starts a session and answers with it: as a cookie, or as a token. */
export async function sessionAnswer(db: AuthDb, wanted: NewSession, kit: AuthKit): Promise<RouteAnswer> {
  const { token, session } = await startSession(db, wanted, kit)
  const { account, transport } = wanted
  const body = {
    status: session.stage === 'enrol' ? 'second-factor-enrolment-required' : 'signed-in',
    account: { id: account.id, accounts: account.accounts, email: account.email },
    session: { id: session.id, expiresAt: session.expiresAt },
  }
  if (transport === 'token') return { body: { ...body, token } }
  const lifetimeMs = Date.parse(session.expiresAt) - Date.parse(wanted.now)
  return { body, cookies: [kit.cookies.write(kit.cookies.session, token, lifetimeMs)] }
}

function requireUsable(account: AuthAccount, kit: AuthKit): void {
  if (account.disabledAt !== null) throw authErrors.account_disabled()
  if (account.emailVerifiedAt === null && requireKind(account.accounts, kit).requiresVerifiedEmail)
    throw authErrors.email_unverified()
}
