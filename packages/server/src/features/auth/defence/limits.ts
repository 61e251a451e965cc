import { clientKey, type RouteRequest, sendMail } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { deviceTokenOf, findDevice } from '../devices/devices.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import { authMails } from '../mails/mails.ts'
import { issueLink } from '../secrets/issue-link.ts'
import { revokeSecrets } from '../secrets/secrets.ts'
import { type AttemptLimit, countAttempt, forgetAttempts, isUsedUp, takeBackAttempt } from './attempts.ts'

/** One who tries: from where, at which account, from a device that has signed in there before or not. */
export interface Attempt {
  /** `sign-in`, `second-factor`, … */
  readonly what: string
  /** Whom it is about, whether there is such an account or not. */
  readonly subject: string
  /** The client address as it is counted. */
  readonly address: string
  /** The id of a device that has signed in to this account before: it has a count of its own, so that nobody can lock it out. */
  readonly device?: string | undefined
}

const quarterMs = 15 * 60_000
/** Tries of one account: ten in a quarter of an hour, from the fourth on each later than the one before. */
const perAccount = { max: 10, windowMs: quarterMs, slowFrom: 4 }
/** Wrong guesses from one address, whatever the accounts: a school or an office may be behind one. */
const perAddress = { max: 100, windowMs: quarterMs }

/** Who tries, as it is counted. @param accountId  undefined when there is no such account. */
export async function attemptOf(
  what: string,
  subject: string,
  accountId: string | undefined,
  request: Pick<RouteRequest<{ readonly device?: string | null }>, 'headers' | 'input' | 'clientAddress'>,
  kit: AuthKit,
): Promise<Attempt> {
  const address = clientKey(request.clientAddress)
  const token = accountId === undefined ? undefined : deviceTokenOf(request, accountId, kit)
  const device = await findDevice(token, accountId, kit.db)
  return { what, subject, address, device: device?.id }
}

/**
 * Counts a try at a secret that could be guessed, before it is looked at.
 *
 * @throws auth_too_many_attempts
 */
export async function countGuess(attempt: Attempt, kit: AuthKit): Promise<void> {
  await countAttempt({ ...perAddress, of: addressKey(attempt) }, kit)
  await countAttempt(accountLimit(attempt), kit)
}

/** Whoever guessed was right: the account starts anew. */
export async function forgetGuesses(attempt: Attempt, kit: AuthKit): Promise<void> {
  await takeBackAttempt(addressKey(attempt), kit)
  await forgetAttempts([accountLimit(attempt).of], kit)
}

/**
 * Counts something that makes mail or work, such as registering.
 *
 * @throws auth_too_many_attempts
 */
export async function countRequest(what: string, address: string, kit: AuthKit): Promise<void> {
  await countAttempt({ of: `request:${what}:${clientKey(address)}`, max: 30, windowMs: 60 * 60_000 }, kit)
}

/** Whether one more mail of a kind may go to somebody: five an hour, so that nobody can fill the inbox of another. */
export async function isMailDue(what: string, login: string, kit: AuthKit): Promise<boolean> {
  try {
    await countAttempt({ of: `mail:${what}:${login}`, max: 5, windowMs: 60 * 60_000 }, kit)
    return true
  } catch (error) {
    if ((error as { code?: string }).code === authErrors.too_many_attempts.code) return false
    throw error
  }
}

/** Tells the owner of an account that it was locked for devices it does not know, with a link to open it: once for each time. */
export async function tellWhenLocked(attempt: Attempt, accountId: string | undefined, kit: AuthKit): Promise<void> {
  if (accountId === undefined || attempt.device !== undefined || !(await isUsedUp(accountLimit(attempt), kit))) return
  await kit.context.transaction(async ({ db, jobs, now }) => {
    const account = await db['auth-accounts'].findOne(accountId)
    if (account === undefined) return
    await revokeSecrets(db, account.id, ['unlock'])
    const data = { of: accountLimit(attempt).of }
    const url = await issueLink(db, { purpose: 'unlock', account: account.id, data, now }, kit)
    await writeAudit(db, { event: 'locked', account: account.id, isSuccess: false, details: { what: attempt.what } })
    await sendMail(jobs, authMails.locked, { to: account.email, input: { at: now, url } })
  })
}

function accountLimit({ what, subject, device = 'unknown' }: Attempt): AttemptLimit {
  return { ...perAccount, of: `${what}:${subject}:${device}` }
}

function addressKey({ what, address }: Attempt): string {
  return `${what}:${address}`
}
