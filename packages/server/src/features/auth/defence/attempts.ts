import { createHash } from 'node:crypto'
import { collection, increment, instant, integer, text } from '../../../plugin.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import { removeAll } from '../remove-all.ts'
import { apiOf } from '../tables.ts'

/** How often something was tried. Counted before it is tried, so that a thousand tries at once are counted as well. */
export const authAttempts = collection('auth-attempts', {
  description: 'How often somebody tried to sign in, by account and by address.',
  fields: {
    /** A hash: whose attempts these are is nobody’s business. */
    key: text({ max: 64, unique: true, private: true }),
    count: integer(),
    since: instant(),
    /** The next try is not before. */
    notBefore: instant(),
  },
  indexes: [['since']],
})

export interface AttemptLimit {
  /** What is counted: `sign-in:customers:ada@example.com`. */
  readonly of: string
  /** Tries in a window; the next waits for its end. */
  readonly max: number
  readonly windowMs: number
  /** From which try on each waits twice as long as the one before, the first of them a second. Default: none waits. */
  readonly slowFrom?: number
}

/**
 * Counts a try, or refuses it.
 *
 * @throws auth_too_many_attempts  with `retryAfterSeconds`.
 */
export async function countAttempt(limit: AttemptLimit, kit: AuthKit): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    const outcome = await tryCount(limit, kit)
    if (outcome === 'counted') return
    if (outcome !== 'again') throw tooMany(outcome.waitMs)
  }
  throw tooMany(1_000) // so many at once that none gets through is a flood
}

/** Forgets the tries: whoever tried was right. */
export async function forgetAttempts(of: readonly string[], kit: AuthKit): Promise<void> {
  const attempts = attemptsOf(kit)
  const { data } = await attempts.find({ where: { key: { in: of.map(keyOf) } }, limit: 100 })
  for (const { id } of data) await attempts.updateIf(id, {}, { count: 0, notBefore: epoch })
}

/** Removes what nobody waits for any more: the longest window is an hour. */
export async function forgetOldAttempts(kit: AuthKit): Promise<void> {
  await removeAll(attemptsOf(kit), { since: { lt: iso(kit.context.clock.nowMs() - 86_400_000) } })
}

/** Takes a try back that was none: where only failures count. */
export async function takeBackAttempt(of: string, kit: AuthKit): Promise<void> {
  const attempts = attemptsOf(kit)
  const row = await attempts.first({ where: { key: keyOf(of) } })
  if (row !== undefined) await attempts.updateIf(row.id, { count: { gt: 0 } }, { count: increment(-1) })
}

/** Whether the next try would be refused because all of the window were used. */
export async function isUsedUp({ of, max, windowMs }: AttemptLimit, kit: AuthKit): Promise<boolean> {
  const row = await attemptsOf(kit).first({ where: { key: keyOf(of) } })
  return row !== undefined && row.count >= max && Date.parse(row.since) + windowMs > kit.context.clock.nowMs()
}

type Outcome = 'counted' | 'again' | { readonly waitMs: number }

async function tryCount(limit: AttemptLimit, kit: AuthKit): Promise<Outcome> {
  const attempts = attemptsOf(kit)
  const nowMs = kit.context.clock.nowMs()
  const now = iso(nowMs)
  const row = await attempts.first({ where: { key: keyOf(limit.of) } })
  if (row === undefined) return (await isFirst(limit, now, kit)) ? 'counted' : 'again'
  const { id, count, since, version } = row
  const endMs = Date.parse(since) + limit.windowMs
  // A clock that was set back must not keep anybody waiting for longer than the window.
  const isOver = endMs <= nowMs || Date.parse(since) > nowMs
  if (!isOver && count >= limit.max) return { waitMs: endMs - nowMs }
  const waitMs = Date.parse(row.notBefore) - nowMs
  if (!isOver && waitMs > 0) return { waitMs }
  if (!isOver && limit.slowFrom === undefined) return countOneMore(id, since, limit, kit)
  const next = isOver ? 1 : count + 1
  const changes = { count: next, notBefore: iso(nowMs + delayMs(next, limit)), ...(isOver && { since: now }) }
  return (await attempts.updateIf(id, { version }, changes)) === undefined ? 'again' : 'counted'
}

/** Where no try makes the next wait, those that come at once need not look at each other. */
async function countOneMore(id: string, since: string, { max }: AttemptLimit, kit: AuthKit): Promise<Outcome> {
  const counted = await attemptsOf(kit).updateIf(id, { since, count: { lt: max } }, { count: increment(1) })
  return counted === undefined ? 'again' : 'counted'
}

async function isFirst({ of }: AttemptLimit, now: string, kit: AuthKit): Promise<boolean> {
  try {
    await attemptsOf(kit).create({ key: keyOf(of), count: 1, since: now, notBefore: epoch })
    return true
  } catch (error) {
    if ((error as { category?: string }).category === 'conflict') return false
    throw error
  }
}

function delayMs(count: number, { slowFrom = Number.POSITIVE_INFINITY }: AttemptLimit): number {
  return count < slowFrom ? 0 : 1_000 * 2 ** Math.min(count - slowFrom, 10)
}

const epoch = '1970-01-01T00:00:00.000Z'

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function keyOf(of: string): string {
  return createHash('sha256').update(of).digest('hex')
}

function attemptsOf({ db }: AuthKit) {
  return apiOf<typeof authAttempts>('auth-attempts', db)
}

function tooMany(waitMs: number) {
  return authErrors.too_many_attempts({ details: { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) } })
}
