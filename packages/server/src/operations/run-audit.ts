import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, isoNow, systemClock } from '../base/clock.ts'
import type { Audit, Law, Violation } from '../model/audit.ts'
import type { LooseDb } from '../model/db.ts'
import type { LooseRecord } from '../model/infer.ts'

/** A record that breaks a law, and which. */
export interface FoundViolation extends Violation {
  readonly collection: string
  /** The sentence of the law. */
  readonly law: string
}

export interface AuditOptions {
  /** Of the system: what cannot be read cannot be checked. */
  readonly db: LooseDb
  readonly clock?: Clock
  /** Called after each page, with how many records of how many have been looked at. */
  onProgress?(doneCount: number, totalCount: number): void
  /** How long to wait before a record that seems to break a law is looked at again; each time twice as long. Default 20. */
  readonly pauseMs?: number
}

const pageSize = 500
/** By the usual pauses, ten seconds. */
const maxLooks = 9

/**
 * Looks whether the laws of an audit hold, and gives each record that breaks one.
 *
 * It may run while people work: nothing is locked, and what was being changed between two of its reads is looked at again until it
 * stands still. So a violation that is told has been seen twice, the same; if a record never stood still, its message says so.
 */
export async function* runAudit(audit: Audit, options: AuditOptions): AsyncGenerator<FoundViolation> {
  const collections = audit.laws.map(({ collection }) => options.db[collection]!)
  const counts = await Promise.all(collections.map((collection) => collection.count()))
  const total = counts.reduce((sum, count) => sum + count, 0)
  let done = 0
  for (const law of audit.laws) {
    for await (const records of pagesOf(law.collection, options.db)) {
      for (const violation of await check(law, records, options))
        yield { ...violation, collection: law.collection, law: law.sentence }
      done += records.length
      options.onProgress?.(Math.min(done, total), total)
    }
  }
}

async function* pagesOf(collection: string, db: LooseDb): AsyncGenerator<readonly LooseRecord[]> {
  for (let after: string | undefined; ; ) {
    const where = after === undefined ? {} : { id: { gt: after } }
    const data = await find(collection, where, db)
    if (data.length > 0) yield data
    if (data.length < pageSize) return
    after = data.at(-1)!.id
  }
}

async function check(
  law: Law,
  records: readonly LooseRecord[],
  { db, clock = systemClock, pauseMs = 20 }: AuditOptions,
): Promise<readonly Violation[]> {
  const look = async (page: readonly LooseRecord[]) => law.check({ records: page, db, now: isoNow(clock) })
  const settled: Violation[] = []
  let seen = await look(records)
  for (let looks = 1; seen.length > 0; looks += 1) {
    await sleep(pauseMs * 2 ** (looks - 1))
    const ids = [...new Set(seen.map(({ record }) => record))]
    const data = await find(law.collection, { id: { in: ids } }, db)
    const again = data.length === 0 ? [] : await look(data)
    const before = new Set(seen.map(keyOf))
    const isSettled = (violation: Violation) => before.has(keyOf(violation))
    settled.push(...again.filter(isSettled))
    seen = again.filter((violation) => !isSettled(violation))
    if (looks < maxLooks) continue
    return [...settled, ...seen.map((violation) => ({ ...violation, message: `${violation.message}${unsettled}` }))]
  }
  return settled
}

async function find(collection: string, where: object, db: LooseDb): Promise<readonly LooseRecord[]> {
  const { data } = await db[collection]!.find({ where, sort: 'id', limit: pageSize })
  return data as readonly LooseRecord[]
}

const unsettled = ' (it was being changed at each look, so this may be wrong: run the audit again)'

function keyOf({ record, message }: Violation): string {
  return `${record} ${message}`
}
