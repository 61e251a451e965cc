import {
  GalleyError,
  json,
  type RouteAnswer,
  type RouteEffects,
  type RouteRequest,
  type SystemEffects,
  text,
} from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { attemptOf, countGuess, forgetGuesses } from '../defence/limits.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import { passkeyErrors } from '../passkeys/errors.ts'
import { readAssertion } from '../passkeys/read-assertion.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { factorErrors } from './errors.ts'
import { recoveryKey, useRecoveryCode } from './recovery.ts'
import { totpSealer, useTotp } from './totp-codes.ts'

/** Members of an input that shows a second factor: one of them. */
export const factorInput = {
  code: text({ max: 64, optional: true, private: true, description: 'What the authenticator shows.' }),
  recoveryCode: text({ max: 64, optional: true, private: true, description: 'One of the codes in the drawer.' }),
  passkey: json({ optional: true, private: true, description: 'What `navigator.credentials.get()` gave, as JSON.' }),
  device: text({ max: 43, optional: true, private: true, description: 'What an earlier answer named this device.' }),
}

export interface FactorInput {
  readonly code: string | null
  readonly recoveryCode: string | null
  readonly passkey: unknown
  readonly device: string | null
}

/** Who shows a second factor, and what for. */
export interface FactorRequest {
  readonly request: RouteRequest<FactorInput, AuthDb>
  readonly account: AuthAccount
  /** What the challenge of a passkey has to have been made for: a session, or a sign-in that has begun. */
  readonly boundTo: string
  /** Called when the factor was wrong, in a transaction of its own. */
  noteWrong?(effects: SystemEffects<AuthDb>): Promise<void>
}

/** A factor that has been read; `use` accepts it once, in the transaction of what it is shown for. */
export interface ReadFactor {
  readonly method: 'totp' | 'recovery-code' | 'passkey'
  use(effects: RouteEffects<AuthDb>): Promise<void>
}

/**
 * Does something that needs a second factor, in the transaction that uses the factor up. Tries are counted before they are looked at.
 *
 * @throws auth_wrong_code, auth_passkey_refused, auth_factor_expected, auth_too_many_attempts
 */
export async function withFactor(
  given: FactorRequest,
  kit: AuthKit,
  work: (method: ReadFactor['method'], effects: RouteEffects<AuthDb>) => Promise<RouteAnswer>,
): Promise<RouteAnswer> {
  const { request, account } = given
  requireOne(request.input)
  const attempt = await attemptOf('second-factor', account.id, account.id, request, kit)
  await countGuess(attempt, kit)
  try {
    const factor = await readFactor(given, kit)
    const answer = await request.once(async (effects) => {
      await factor.use(effects)
      return work(factor.method, effects)
    })
    await forgetGuesses(attempt, kit)
    return answer
  } catch (error) {
    if (isRefusal(error)) await noteRefusal(given, error, kit)
    throw error
  }
}

function requireOne({ code, recoveryCode, passkey }: FactorInput): void {
  const given = [code, recoveryCode, passkey].filter((value) => value !== null)
  if (given.length !== 1) throw factorErrors.factor_expected({ details: { names: 'code, recoveryCode, passkey' } })
}

async function readFactor({ request, account, boundTo }: FactorRequest, kit: AuthKit): Promise<ReadFactor> {
  const { code, recoveryCode, passkey } = request.input
  if (code !== null) {
    const sealer = await totpSealer(kit)
    return { method: 'totp', use: (effects) => useTotp(account.id, code, sealer, effects) }
  }
  if (recoveryCode !== null) {
    const [key, visitor] = [await recoveryKey(kit), visitorOf(request, kit)]
    return { method: 'recovery-code', use: (effects) => useRecoveryCode(account, recoveryCode, key, visitor, effects) }
  }
  const assertion = await readAssertion(passkey, { use: 'factor', account: account.id, boundTo }, request, kit)
  return { method: 'passkey', use: assertion.use }
}

function isRefusal(error: unknown): error is GalleyError {
  return error instanceof GalleyError && refusals.includes(error.code)
}

const refusals: readonly string[] = [
  factorErrors.wrong_code.code,
  authErrors.secret_invalid.code,
  passkeyErrors.passkey_refused.code,
  passkeyErrors.passkey_copied.code,
]

async function noteRefusal(given: FactorRequest, { code }: GalleyError, kit: AuthKit): Promise<void> {
  const { request, account } = given
  await kit.context.transaction(async (effects) => {
    const { db } = effects
    const visitor = visitorOf(request, kit)
    const details = { code }
    await writeAudit(db, { event: 'second-factor', account: account.id, isSuccess: false, visitor, details })
    await given.noteWrong?.(effects)
  })
}
