import { type Clock, isoNow, systemClock } from '../../base/clock.ts'
import { isId } from '../../base/id.ts'
import type { Bus } from '../../ports/bus.ts'
import type { Database, Row, Statement, Transaction } from '../../ports/database.ts'
import type { Log } from '../../ports/log.ts'
import type {
  Claimed,
  ClaimedJob,
  ClaimRequest,
  DeadJobs,
  Extended,
  Hold,
  JobCount,
  ListQuery,
  NewJob,
  Outcome,
  Queue,
  QueueListener,
  RemovableJobs,
  StoredJob,
} from '../../ports/queue.ts'
import { queueErrors } from '../../ports/queue-errors.ts'
import { sql } from '../../ports/sql.ts'
import { endingStatements } from './ending-statements.ts'
import { type JobEndings, jobEndings } from './job-endings.ts'
import { holdsSlot, idsSlot, instantSlot, integerSlot, isHeld, laneOf } from './job-slots.ts'
import { chunksOf, type JobStatements, jobStatements, maxTended } from './job-statements.ts'
import { expression } from './keep-texts.ts'
import { QueueNews } from './queue-news.ts'
import { ReadyNames } from './ready-names.ts'
import {
  batchSize,
  countJobs,
  emptyInputs,
  type Freed,
  findJob,
  listJobs,
  markCancelled,
  removeSome,
  removeSomeOld,
  removeWaiting,
  retryDead,
} from './stored-jobs.ts'
import { takenInOrder } from './taken-job.ts'
import { readTick, rememberTick } from './ticks.ts'
import { Turns } from './turns.ts'

export interface DatabaseQueueParts {
  readonly database: Database
  /** Reaches the queues of other processes; default: there are none. */
  readonly bus?: Bus | undefined
  readonly clock?: Clock | undefined
  readonly log: Log
}

/** A job that waits: for its turn where it has a key, else for its moment. */
interface Waiting {
  readonly name: string
  readonly key?: string | null | undefined
  readonly runAt?: string | undefined
}

/** How long something that was not told of may go unnoticed. */
const pollMs = 1_000
/** How long a job whose key has come free may go unnoticed when the process that should have told of it has died. */
const sweepMs = 15_000

/** The queue that rests in the application's database: what is added is committed with what it belongs to. */
export class DatabaseQueue implements Queue {
  readonly isTransactional = true
  readonly #database: Database
  readonly #clock: Clock
  readonly #statements: JobStatements
  readonly #endings: JobEndings
  readonly #ready = new ReadyNames()
  readonly #turns: Turns
  readonly #news: QueueNews
  /** What was added in transactions that are not committed yet. */
  readonly #added = new WeakMap<Transaction, NewJob[]>()
  #sweepAtMs = 0
  #isClosed = false

  constructor({ database, bus, clock = systemClock, log }: DatabaseQueueParts) {
    this.#database = database
    this.#clock = clock
    this.#statements = jobStatements(database.dialect)
    this.#endings = jobEndings(database.dialect)
    this.#news = new QueueNews({ bus, log, onForeignJobs: () => this.#ready.lookNow() })
    this.#turns = new Turns({
      database,
      statements: this.#statements,
      log,
      nowIso: () => this.#now(),
      onTurns: (rows) => this.#onTurns(rows),
    })
  }

  async add(jobs: readonly NewJob[], tx?: Transaction): Promise<readonly string[]> {
    this.#requireOpen()
    if (tx !== undefined) return this.#insert(jobs, tx)
    let opened: Transaction
    const ids = await this.#database.transaction((begun) => {
      opened = begun
      return this.#insert(jobs, begun)
    })
    this.committed(opened!)
    return ids
  }

  committed(tx: Transaction): void {
    const jobs = this.#added.get(tx)
    if (jobs === undefined) return
    this.#added.delete(tx)
    this.#onWaiting(jobs)
  }

  async claim({ places, limit, leaseMs, holder, isThorough = false }: ClaimRequest): Promise<Claimed> {
    this.#requireOpen()
    const names = [...places.keys()]
    if (names.length === 0) return { jobs: [], nextInMs: undefined }
    if (isThorough) this.#sweepAtMs = 0
    if (isThorough || isTime(this.#ready.lookAtMs, this.#clock.nowMs(), pollMs)) await this.#look(names)
    if (!names.some((name) => this.#ready.has(name))) await this.#turns.underWay
    const limits = names.map((name) => (this.#ready.has(name) ? Math.min(Math.max(places.get(name)!, 0), limit) : 0))
    const jobs = limits.some((max) => max > 0) ? await this.#claim(names, limits, { limit, leaseMs, holder }) : []
    const hasMore = names.some((name, index) => limits[index]! > 0 && this.#ready.has(name))
    return { jobs, nextInMs: hasMore ? 0 : Math.max(this.#ready.lookAtMs - this.#clock.nowMs(), 0) }
  }

  async extend(holds: readonly Hold[], leaseMs: number): Promise<Extended> {
    const { dialect } = this.#database
    const slots = [...holdSlots(holds, dialect)].map((slot) => expression(slot, dialect))
    const held = isHeld(slots[0]!, slots[1]!, dialect)
    const until = expression(instantSlot(this.#now(leaseMs)), dialect)
    // A row that is locked is in a transaction of its holder, who will come again.
    const extend = dialect.compile(sql`update galley_jobs set due_at = ${until} where id in (
      select id from galley_jobs where ${held} ${dialect.forUpdateOfFree})`)
    const look = dialect.compile(sql`select id, is_cancelled from galley_jobs where ${held}`)
    const rows = await this.#database.transaction(async (tx) => {
      await tx.execute(extend)
      return tx.query(look, { isLast: true })
    })
    const found = new Map(rows.map(([id, isCancelled]) => [String(id), Number(isCancelled) === 1]))
    return {
      lost: holds.filter(({ id }) => !found.has(id)).map(({ id }) => id),
      cancelled: [...found].filter(([, isCancelled]) => isCancelled).map(([id]) => id),
    }
  }

  async settle(outcomes: readonly Outcome[]): Promise<readonly string[]> {
    const statements = endingStatements(outcomes, this.#now(), this.#statements, this.#endings)
    const rows = (await this.#run(statements)).flat()
    const settled = new Map(
      rows.map(([id, name, key]) => [String(id), { name: String(name), key: key as string | null }]),
    )
    const ended = outcomes.filter(({ kind, hold }) => settled.has(hold.id) && kind !== 'retry' && kind !== 'release')
    this.#onFreed(ended.map(({ hold }) => settled.get(hold.id)!))
    // Those with a key keep their turn.
    const again = outcomes.filter((outcome) => outcome.kind === 'retry' || outcome.kind === 'release')
    this.#onWaiting(
      again.map((outcome) => ({ name: outcome.hold.name, runAt: 'runAt' in outcome ? outcome.runAt : undefined })),
    )
    return outcomes.filter(({ hold }) => !settled.has(hold.id)).map(({ hold }) => hold.id)
  }

  async progress(hold: Hold, percent: number): Promise<boolean> {
    const { dialect } = this.#database
    const [ids, holds] = holdSlots([hold], dialect).map((slot) => expression(slot, dialect))
    const value = expression(integerSlot(Math.round(Math.min(Math.max(percent, 0), 100))), dialect)
    const statement = dialect.compile(
      sql`update galley_jobs set progress = ${value} where ${isHeld(ids!, holds!, dialect)} returning id`,
    )
    return (await this.#run([statement]))[0]!.length > 0
  }

  async holds(hold: Hold, tx?: Transaction): Promise<boolean> {
    const { dialect } = this.#database
    const [ids, holds] = holdSlots([hold], dialect).map((slot) => expression(slot, dialect))
    const lock = tx === undefined ? sql`` : dialect.forUpdate
    const select = dialect.compile(sql`select id from galley_jobs where ${isHeld(ids!, holds!, dialect)} ${lock}`)
    return (await (tx === undefined ? this.#database.read(select) : tx.query(select))).length > 0
  }

  async cancel(id: string): Promise<'removed' | 'told' | undefined> {
    if (!isId(id)) return undefined
    const removed = await this.#database.transaction(async (tx) => {
      const waiting = await removeWaiting(id, tx, this.#database)
      return waiting ?? (await markCancelled(id, tx, this.#database))
    })
    if (removed === false) return undefined
    if (removed === true) this.#news.cancelled(id)
    else this.#onFreed([removed])
    return removed === true ? 'told' : 'removed'
  }

  async find(id: string): Promise<StoredJob | undefined> {
    return isId(id) ? findJob(id, this.#database) : undefined
  }

  list(query: ListQuery): Promise<readonly StoredJob[]> {
    return listJobs(query, this.#database)
  }

  count(): Promise<readonly JobCount[]> {
    return countJobs(this.#database)
  }

  async retry(which: DeadJobs): Promise<number> {
    const freed = await this.#database.transaction((tx) =>
      retryDead('ids' in which ? { ids: which.ids.filter(isId) } : which, this.#now(), tx, this.#database),
    )
    this.#onWaiting(freed)
    return freed.length
  }

  remove(which: RemovableJobs): Promise<number> {
    const meant = 'ids' in which ? { ids: which.ids.filter(isId) } : which
    return this.#removeAll((tx) => removeSome(meant, tx, this.#database))
  }

  forgetInputs(names: readonly string[], before: string): Promise<number> {
    return emptyInputs(names, before, this.#database)
  }

  removeOld(): Promise<number> {
    return this.#removeAll((tx) => removeSomeOld(this.#now(), tx, this.#database))
  }

  lastTick(schedule: string): Promise<string | undefined> {
    return readTick(schedule, this.#database, this.#database)
  }

  async tick(schedule: string, moment: string, job: NewJob | undefined): Promise<boolean> {
    let opened: Transaction
    const isFirst = await this.#database.transaction(async (tx) => {
      opened = tx
      if (!(await rememberTick(schedule, moment, this.#clock.nowMs(), tx, this.#database))) return false
      if (job !== undefined) await this.#insert([job], tx)
      return true
    })
    this.committed(opened!)
    return isFirst
  }

  listen(listener: QueueListener): () => void {
    return this.#news.listen(listener)
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#turns.close()
    this.#news.close()
  }

  // ── adding

  async #insert(jobs: readonly NewJob[], tx: Transaction): Promise<readonly string[]> {
    // Before it is known whether they are new: nobody may be waiting for that when the transaction is committed.
    const added = this.#added.get(tx)
    if (added === undefined) this.#added.set(tx, [...jobs])
    else added.push(...jobs)
    const now = this.#now()
    const [first] = jobs
    if (jobs.length === 1) {
      const count = await tx.execute(this.#statements.insert(jobs, now, false))
      return count > 0 ? [first!.id] : []
    }
    const statements = chunksOf(jobs).map((chunk) => this.#statements.insert(chunk, now, true))
    const rows = await Promise.all(statements.map(async (statement) => tx.query(statement)))
    return rows.flat().map(([id]) => String(id))
  }

  /** Jobs have come that wait. */
  #onWaiting(jobs: readonly Waiting[]): void {
    if (jobs.length === 0) return
    const now = this.#now()
    const lanes = new Set<string>()
    let isNews = false
    for (const { name, key, runAt } of jobs) {
      if (key !== undefined && key !== null) lanes.add(laneOf(name, key))
      else if (runAt === undefined || runAt <= now) {
        this.#ready.add(name)
        isNews = true
      } else {
        this.#ready.lookBy(runAt)
        isNews ||= runAt <= this.#now(pollMs)
      }
    }
    this.#turns.giveIn(lanes)
    // What is due later than everybody looks anyway is no news, nor is what waits for its turn.
    if (isNews) this.#news.jobs()
  }

  /** Others may come after these. */
  #onFreed(jobs: readonly Freed[]): void {
    this.#turns.giveIn(jobs.filter(({ key }) => key !== null).map(({ name, key }) => laneOf(name, key!)))
  }

  #onTurns(rows: readonly Row[]): void {
    const { decode } = this.#database.dialect
    for (const [name, state, runAt] of rows) {
      if (state === 'ready') this.#ready.add(String(name))
      else this.#ready.lookBy(decode({ kind: 'instant' }, runAt) as string)
    }
    if (rows.length > 0) this.#news.jobs()
  }

  // ── handing out

  async #claim(
    names: readonly string[],
    limits: readonly number[],
    { limit, leaseMs, holder }: Pick<ClaimRequest, 'limit' | 'leaseMs' | 'holder'>,
  ): Promise<readonly ClaimedJob[]> {
    const { newsCount } = this.#ready
    const [rows] = await this.#run([
      this.#statements.claim(names, limits, { limit, until: this.#now(leaseMs), holder }),
    ])
    if (rows!.length < limit) {
      const taken = Map.groupBy(rows!, (row) => row[1])
      names.forEach((name, index) => {
        if ((taken.get(name)?.length ?? 0) < limits[index]!) this.#ready.exhausted(name, newsCount)
      })
    }
    return takenInOrder(rows!, this.#database.dialect)
  }

  /** Looks at what is ready, lets be ready whose moment has come, and takes back what nobody holds any more. */
  async #look(names: readonly string[]): Promise<void> {
    const nowMs = this.#clock.nowMs()
    this.#ready.lookAt(nowMs + pollMs)
    if (isTime(this.#sweepAtMs, nowMs, sweepMs)) await this.#sweep(nowMs)
    const { decode } = this.#database.dialect
    const moment = (value: unknown) => decode({ kind: 'instant' }, value) as string | null
    let ripe = 0
    let overdue = 0
    for (const [name, isReady, laterAt, leaseAt] of await this.#database.read(this.#statements.probe(names))) {
      const isRipe = this.#isDue(moment(laterAt))
      const isOver = this.#isDue(moment(leaseAt))
      ripe += Number(isRipe)
      overdue += Number(isOver)
      if (isReady !== null || isRipe || isOver) this.#ready.add(String(name))
    }
    if (ripe + overdue > 0) await this.#tend(names, ripe > 0, overdue > 0)
  }

  /** If not, it is looked at when it is. */
  #isDue(moment: string | null): boolean {
    if (moment === null) return false
    if (Date.parse(moment) <= this.#clock.nowMs()) return true
    this.#ready.lookBy(moment)
    return false
  }

  async #tend(names: readonly string[], isRipe: boolean, isOverdue: boolean): Promise<void> {
    const now = this.#now()
    const counts = await this.#database.transaction(async (tx) => {
      if (isOverdue) await tx.execute(this.#statements.dropCancelled(names, now))
      return [
        isRipe ? await tx.execute(this.#statements.ripen(names, now)) : 0,
        isOverdue ? await tx.execute(this.#statements.takeBack(names, now)) : 0,
      ]
    })
    if (counts.some((count) => count >= maxTended)) this.#ready.lookNow()
    if (isOverdue) this.#sweepAtMs = 0 // one that was dropped may have had others behind it
  }

  async #sweep(nowMs: number): Promise<void> {
    this.#sweepAtMs = nowMs + sweepMs
    const rows = await this.#database.read(this.#statements.lanesWithoutTurn())
    this.#turns.giveIn(rows.map(([lane]) => String(lane)))
  }

  // ── the database

  /** Runs statements in one transaction; one alone in one round trip. */
  async #run(statements: readonly Statement[]): Promise<readonly (readonly Row[])[]> {
    if (statements.length === 0) return []
    return this.#database.transaction(async (tx) => {
      if (statements.length === 1) return [await tx.query(statements[0]!, { isLast: true })]
      return Promise.all(statements.map(async (statement) => tx.query(statement)))
    })
  }

  async #removeAll(removeSome: (tx: Transaction) => Promise<readonly Freed[]>): Promise<number> {
    let count = 0
    for (;;) {
      const freed = await this.#database.transaction(removeSome)
      this.#onFreed(freed)
      count += freed.length
      if (freed.length < batchSize) return count
    }
  }

  #requireOpen(): void {
    if (this.#isClosed) throw queueErrors.closed()
  }

  #now(plusMs = 0): string {
    return plusMs === 0 ? isoNow(this.#clock) : new Date(this.#clock.nowMs() + plusMs).toISOString()
  }
}

/** Whether a moment has come. One that is further away than it ever was set has come too: the clock was set back. */
function isTime(atMs: number, nowMs: number, longestMs: number): boolean {
  return nowMs >= atMs || atMs - nowMs > longestMs
}

function holdSlots(holds: readonly Hold[], dialect: Database['dialect']) {
  const ids = holds.map(({ id }) => id)
  return [idsSlot(ids, dialect), holdsSlot(holds, dialect)]
}
