import type { GalleyError, RouteAnswer, RouteRequest } from '../../../plugin.ts'
import { authErrors } from '../errors.ts'
import { requireKind } from '../kit.ts'
import { consumeSecret } from '../secrets/secrets.ts'
import type { Transport } from '../sessions/sessions.ts'
import { completeSignIn } from '../sign-in/complete-sign-in.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { type Arrival, settleIdentity } from './settle-identity.ts'
import type { Social } from './social.ts'

/** The answer; or why nobody is signed in, though something was done that stays. */
export interface Arrived extends RouteAnswer {
  readonly error?: GalleyError
}

/**
 * Signs in whom a provider has told, or connects the provider to who is signed in, in one transaction.
 *
 * @param code  used up with it.
 */
export function arriveHere(
  arrival: Arrival,
  transport: Transport,
  request: RouteRequest<object, AuthDb>,
  social: Social,
  code?: string,
): Promise<Arrived> {
  const { kit } = social
  return request.once(async (effects): Promise<Arrived> => {
    if (code !== undefined) await consumeSecret(effects.db, code, 'social-exchange', effects.now)
    const account = await settleIdentity(arrival, effects, social)
    if (arrival.connectTo !== undefined) return { body: { status: 'connected' } }
    // A new account whose address the provider did not verify stays; the mail that verifies it is on its way.
    if (account.disabledAt === null && isUnverified(account, social)) return { error: authErrors.email_unverified() }
    const { visitor } = arrival
    return completeSignIn({ account, methods: ['social'], transport, visitor }, effects, kit)
  })
}

function isUnverified({ emailVerifiedAt, accounts }: AuthAccount, { kit }: Social): boolean {
  return emailVerifiedAt === null && requireKind(accounts, kit).requiresVerifiedEmail
}
