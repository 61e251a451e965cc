import type { Transaction } from './database.ts'

/**
 * Keeps work to be done later and hands it out. It runs nothing: whoever works claims jobs, does them and says how they ended.
 *
 * Guarantees, each proven by the contract suite (`testing/queue.contract.ts`):
 * - what `add` has acknowledged (with `tx`: what that transaction has committed) is handed out until somebody settles it: at least once;
 * - a job is held by one claim at a time. A hold that is neither extended nor settled is over after its lease: the job is waiting again,
 *   with one failure more, and its former holder can neither settle nor extend it;
 * - of the jobs that wait and are due, those of a lower `priority` are handed out first, then those due first, then those added first;
 *   processes that claim at the same time may interleave;
 * - jobs of one name with one `key` are handed out one after the other, in the order they were added: the next is not while one before it
 *   waits (also to be tried again) or is held. Once that is done, dead, cancelled or removed, it is. Their priorities and moments do not
 *   change that order;
 * - while a job with a `uniqueKey` waits to be claimed for the first time, adding another one with it changes nothing;
 * - adding an id that the queue has already changes nothing;
 * - all of this holds across the processes that share the queue.
 *
 * The queue tells the time by its own clock; moments are ISO 8601 in UTC.
 */
export interface Queue {
  /** Whether `add` can join a transaction of the application's database. Where not, add only what has been committed already. */
  readonly isTransactional: boolean
  /**
   * Stores jobs, all or none.
   *
   * @param tx  of the application's database, only where `isTransactional`: they are there when it is committed, and not before. A failure dooms
   *   it.
   * @returns the ids of those that were stored; what was there already is left out.
   * @throws queue_closed
   */
  add(jobs: readonly NewJob[], tx?: Transaction): Promise<readonly string[]>
  /**
   * Tells that a transaction has been committed: if `add` was given it, listeners in all processes hear of its jobs. Never throws.
   * Called for every transaction of the application, so it is quick for those without jobs.
   */
  committed(tx: Transaction): void
  /**
   * Takes jobs that are due, in their order: nobody else gets them while they are held.
   *
   * Never waits for jobs to come: it answers with none, and when to look again.
   * @throws queue_closed
   */
  claim(request: ClaimRequest): Promise<Claimed>
  /** Keeps what is held for `leaseMs` from now on, and tells what is not held any more and whom to stop. */
  extend(holds: readonly Hold[], leaseMs: number): Promise<Extended>
  /**
   * Says how jobs ended, many at once. An outcome whose hold is over changes nothing.
   *
   * @returns the ids of those whose hold was over.
   */
  settle(outcomes: readonly Outcome[]): Promise<readonly string[]>
  /** Notes how far a job is, 0 to 100. @returns false: the hold is over. */
  progress(hold: Hold, percent: number): Promise<boolean>
  /**
   * Whether a hold is valid. With `tx` (only where `isTransactional`): it stays valid until that transaction has ended, so that what is
   * written in it is written by the holder or not at all.
   */
  holds(hold: Hold, tx?: Transaction): Promise<boolean>

  // ── looking and tending, by people
  /**
   * Cancels a job: one that waits is removed. To the holder of one that runs it is told, by `listen` and by `extend`, and the holder ends it.
   * @returns what was the case; undefined: there is no such job, or it has ended.
   */
  cancel(id: string): Promise<'removed' | 'told' | undefined>
  find(id: string): Promise<StoredJob | undefined>
  /** The latest added first. */
  list(query: ListQuery): Promise<readonly StoredJob[]>
  /** How many there are of each name and state, without those of which there are none. */
  count(): Promise<readonly JobCount[]>
  /** Lets dead jobs wait again, as if they had never failed. @returns how many did. */
  retry(which: DeadJobs): Promise<number>
  /** Removes jobs that are not held. @returns how many it removed. */
  remove(which: RemovableJobs): Promise<number>
  /** Replaces the input of dead jobs of these names that died before a moment by `{}`. @returns how many. */
  forgetInputs(names: readonly string[], before: string): Promise<number>
  /** Removes jobs that have ended and whose time to be kept is over. @returns how many. */
  removeOld(): Promise<number>

  // ── schedules
  /** The latest moment of a schedule that `tick` was called with; undefined: never. */
  lastTick(schedule: string): Promise<string | undefined>
  /**
   * Remembers a moment of a schedule and adds the job that is due then: once, however many processes call it, also long after that job has
   * ended. @param job  undefined: only remembers.
   * @returns false: this moment or a later one has been remembered before (see `isTicked`), and nothing was added.
   */
  tick(schedule: string, moment: string, job: NewJob | undefined): Promise<boolean>

  /**
   * Hears of what has happened in any process. News may be lost; whoever claims looks now and then all the same.
   *
   * @returns ends it. Safe to call twice.
   */
  listen(listener: QueueListener): () => void
  /** Gives back nothing: settle or release what is held before. Safe to call twice. */
  close(): Promise<void>
}

export interface NewJob {
  /** A UUIDv7: they sort by the moment they were made. */
  readonly id: string
  /** Letters, digits, `-` and `.`, at most 100. */
  readonly name: string
  /** An object that JSON can hold, at most 256 KiB of it. */
  readonly input: object
  /** 0 (first) to 100 (last). */
  readonly priority: number
  /** Not before this moment; undefined or past: at once. */
  readonly runAt?: string | undefined
  /** At most 200 characters. */
  readonly key?: string | undefined
  /** At most 200 characters; among the jobs of the name. */
  readonly uniqueKey?: string | undefined
}

export interface ClaimRequest {
  /** Which jobs, and how many of each at most. Others are left alone. */
  readonly places: ReadonlyMap<string, number>
  /** How many in all: 1 to 1 000. */
  readonly limit: number
  readonly leaseMs: number
  /** Looks at all there is, also at what a queue would hear of a little later. Default false. */
  readonly isThorough?: boolean
  /** Who claims, for people to read: host and process. */
  readonly holder: string
}

export interface Claimed {
  /** In the order in which to begin them. */
  readonly jobs: readonly ClaimedJob[]
  /** A job is expected to be due after this time, unless something is added; undefined: none is known. */
  readonly nextInMs: number | undefined
}

/** The right to do a job, for a while. */
export interface Hold {
  readonly id: string
  readonly name: string
  /** The fencing token: grows with every claim of the job. Whoever has the greater one is the holder. */
  readonly fence: number
}

export interface ClaimedJob extends Hold {
  readonly input: unknown
  readonly key: string | undefined
  readonly priority: number
  readonly addedAt: string
  /** 1 for the first: how often it has failed, or its hold ran out, and one more. What was released does not count. */
  readonly attempt: number
}

export interface Extended {
  /** Ids of the jobs whose hold was over. */
  readonly lost: readonly string[]
  /** Ids of the jobs that somebody cancelled. */
  readonly cancelled: readonly string[]
}

/** How a job ended. `keepMs`: how long it can be looked at; 0: it is removed at once. */
export type Outcome =
  | { readonly kind: 'done'; readonly hold: Hold; readonly keepMs: number }
  | { readonly kind: 'cancelled'; readonly hold: Hold; readonly keepMs: number; readonly error: string }
  /** It will not be tried again. */
  | { readonly kind: 'dead'; readonly hold: Hold; readonly keepMs: number; readonly error: string }
  /** It failed and waits until `runAt`. */
  | { readonly kind: 'retry'; readonly hold: Hold; readonly runAt: string; readonly error: string }
  /** It was not done, and waits as if it had not been claimed. */
  | { readonly kind: 'release'; readonly hold: Hold }

export type JobState = 'waiting' | 'running' | 'done' | 'dead' | 'cancelled'

export interface StoredJob {
  readonly id: string
  readonly name: string
  readonly state: JobState
  readonly input: unknown
  readonly priority: number
  readonly key: string | undefined
  readonly addedAt: string
  /** Of one that waits: not before this moment. */
  readonly runAt: string | undefined
  /** Who holds it. */
  readonly holder: string | undefined
  /** 0 to 100. */
  readonly progress: number
  /** How often it has failed. */
  readonly failures: number
  readonly fence: number
  readonly lastError: string | undefined
  readonly finishedAt: string | undefined
}

export interface ListQuery {
  readonly state?: JobState
  readonly name?: string
  /** 1 to 200. */
  readonly limit: number
  /** The id after which to go on. */
  readonly after?: string
}

export interface JobCount {
  readonly name: string
  readonly state: JobState
  readonly count: number
}

export type DeadJobs = { readonly ids: readonly string[] } | { readonly name: string }
export type RemovableJobs =
  | { readonly ids: readonly string[] }
  | { readonly name: string; readonly state: Exclude<JobState, 'running'> }

export interface QueueListener {
  /** There may be something to claim. */
  onJobs(): void
  /** Somebody cancelled a job that is held, here or elsewhere. */
  onCancel(id: string): void
}

const hourMs = 3_600_000

/**
 * Whether the latest moment that is remembered of a schedule says that `moment` was seen to. One that lies more than an hour ahead was
 * told by a clock that was wrong: it says nothing, or the schedule would be silent until then.
 */
export function isTicked(last: string | undefined, moment: string, nowMs: number): boolean {
  return last !== undefined && last >= moment && Date.parse(last) <= nowMs + hourMs
}
