import { createSealer, type Sealer } from '../../../plugin.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import type { AuthDb } from '../tables.ts'
import { factorErrors } from './errors.ts'
import { findTotp, totpOf } from './totp-table.ts'

/** Codes are computed by a library that a start does without. */
export const loadTotp = () => import('../codes/totp.ts')

/** Opens and closes what authenticators share. Asked for before a transaction begins: the first time it makes a key. */
export async function totpSealer({ context }: AuthKit): Promise<Sealer> {
  await loadTotp()
  return createSealer({ secret: await context.secret('totp'), purpose: 'totp' })
}

/** Stores a new secret that waits for its first code; one that is in use stays in use until then. */
export async function beginTotp(account: string, sealer: Sealer, db: AuthDb): Promise<string> {
  const { newTotpSecret } = await loadTotp()
  const secret = newTotpSecret()
  const pending = sealer.seal(secret, account)
  const known = await findTotp(account, db)
  if (known === undefined) await totpOf(db).create({ account, pending })
  else await totpOf(db).update(known.id, { pending })
  return secret
}

/**
 * Takes the new secret into use, by a code of it.
 *
 * @throws auth_no_authenticator, auth_wrong_code, auth_changed_meanwhile
 */
export async function confirmTotp(
  account: string,
  code: string,
  sealer: Sealer,
  { db, now }: { readonly db: AuthDb; readonly now: string },
): Promise<void> {
  const totp = await findTotp(account, db)
  const pending = totp?.pending ?? null
  if (totp === undefined || pending === null) throw factorErrors.no_authenticator()
  const step = await stepOf(code, sealer.open(pending, account), null, now)
  const changes = { secret: pending, pending: null, lastUsedStep: step }
  if ((await totpOf(db).updateIf(totp.id, { pending }, changes)) === undefined) throw authErrors.changed_meanwhile()
}

/**
 * Uses a code up: of any number at once exactly one succeeds, and no earlier code is good afterwards.
 *
 * @throws auth_wrong_code
 */
export async function useTotp(
  account: string,
  code: string,
  sealer: Sealer,
  { db, now }: { readonly db: AuthDb; readonly now: string },
): Promise<void> {
  const totp = await findTotp(account, db)
  const secret = totp?.secret ?? null
  if (totp === undefined || secret === null) throw factorErrors.wrong_code()
  const step = await stepOf(code, sealer.open(secret, account), totp.lastUsedStep, now)
  const used = await totpOf(db).updateIf(totp.id, { secret, lastUsedStep: { lt: step } }, { lastUsedStep: step })
  if (used === undefined) throw factorErrors.wrong_code()
}

/** The step a code is of. @throws auth_wrong_code  when it is of none, or of one that was used. */
async function stepOf(code: string, secret: Buffer, lastUsedStep: number | null, now: string): Promise<number> {
  const { verifyTotp } = await loadTotp()
  const step = verifyTotp(code, secret.toString(), lastUsedStep ?? undefined, Date.parse(now))
  if (step === undefined) throw factorErrors.wrong_code()
  return step
}
