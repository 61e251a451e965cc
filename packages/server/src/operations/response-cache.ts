import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { CollectionModel, Model } from '../model/model.ts'
import type { Statement } from '../ports/database.ts'
import type { AggregatePlan, ReadPlan } from '../query/plan.ts'
import { planSources } from '../query/plan-sources.ts'
import type { PageRequest } from '../query/read-plan.ts'
import type { SelectionContext } from '../query/selection.ts'
import { type Freshness, type Mark, Watch } from './freshness.ts'
import type { ListAnswer, RecordAnswer, TextAnswer } from './operations.ts'

/** A read whose answers are kept: whoever asks it with the same values and the same rights has the same key. */
export interface KeptRead {
  readonly key: string
  readonly maxAgeMs: number
  /** What its answers depend on; undefined: on the row of the id they are asked with. */
  readonly marks: readonly Mark[] | undefined
  readonly collection: string
}

type Answer = ListAnswer | RecordAnswer | TextAnswer

interface Kept {
  readonly answer: Answer
  readonly watch: Watch
  readonly expiresAtMs: number
}

interface Running {
  readonly answer: Promise<Answer>
  readonly watch: Watch
}

/** Counted for what an entry takes beside its text. */
const entryBytes = 512
/** One answer takes at most this part of the memory for all. */
const largestPart = 16

/**
 * Keeps finished answers until something they were made from may have changed, or they are too old.
 *
 * An answer is kept, and given to others who wait for the same, only when nothing it is made from was touched since its reading
 * began. Failures are not kept.
 */
export class ResponseCache {
  readonly #freshness: Freshness
  readonly #model: Model
  readonly #nowMs: () => number
  readonly #kept: LRUCache<string, Kept>
  readonly #running = new Map<string, Running>()

  /** @param nowMs  a clock that never jumps. */
  constructor(parts: { freshness: Freshness; model: Model; maxBytes: number; nowMs?: () => number }) {
    this.#freshness = parts.freshness
    this.#model = parts.model
    this.#nowMs = parts.nowMs ?? (() => performance.now())
    const { maxBytes } = parts
    this.#kept = new LRUCache({ maxSize: maxBytes, maxEntrySize: Math.ceil(maxBytes / largestPart) })
  }

  /**
   * How answers of a plan are kept; undefined when they are not.
   *
   * @param statement  made of the plan. Undefined: none is needed.
   * @param shape  what else the answer is made of.
   */
  keptRead(
    collection: CollectionModel,
    plan: ReadPlan | AggregatePlan,
    statement: Statement | undefined,
    shape: { readonly byId?: boolean; readonly isPlain?: boolean; readonly page?: PageRequest },
    asking: SelectionContext,
  ): KeptRead | undefined {
    const maxAgeMs = collection.cacheMaxAgeMs
    if (maxAgeMs === undefined || asking.hasAskedTime !== false || isEstimated(plan)) return undefined
    const { collections, isOfRowsAlone } = planSources(plan, this.#model)
    const isOfOneRow = shape.byId === true && isOfRowsAlone
    return {
      key: keyOf([plan, statement?.parameters, shape]),
      maxAgeMs,
      marks: isOfOneRow ? undefined : this.#freshness.marksOfCollections(collections),
      collection: collection.name,
    }
  }

  /** The answer from memory, of somebody else who is asking just now, or of `make`. */
  answer<A extends Answer>(read: KeptRead, id: string, make: () => Promise<A>): A | Promise<A> {
    this.#freshness.look()
    const key = read.key + id
    const kept = this.#kept.get(key)
    if (kept?.watch.isCurrent === true && this.#nowMs() < kept.expiresAtMs) return kept.answer as A
    const running = this.#running.get(key)
    if (running?.watch.isCurrent === true) return running.answer as Promise<A>
    return this.#run(key, read, id, make)
  }

  #run<A extends Answer>(key: string, read: KeptRead, id: string, make: () => Promise<A>): Promise<A> {
    const watch = new Watch(read.marks ?? this.#freshness.marksOfRow(read.collection, id))
    const startedMs = this.#nowMs()
    const answer = make().then((made) => ({ ...made, isKept: false }))
    const running = { answer, watch }
    this.#running.set(key, running)
    const end = () => {
      if (this.#running.get(key) === running) this.#running.delete(key)
    }
    const keep = (made: A) => {
      end()
      const answer: Answer = { ...made, isKept: true }
      const kept = { answer: Object.freeze(answer), watch, expiresAtMs: startedMs + read.maxAgeMs }
      if (watch.isCurrent) this.#kept.set(key, kept, { size: entryBytes + 2 * made.json.length })
    }
    answer.then(keep, end)
    return answer
  }
}

/** Nobody tells when the database estimates anew. */
function isEstimated(plan: ReadPlan | AggregatePlan): boolean {
  return 'counts' in plan && plan.counts === 'estimated'
}

/** Callers choose much of what is in it, so that only a cryptographic hash keeps two keys apart. */
function keyOf(parts: unknown): string {
  const text = JSON.stringify(parts, (_name, value) => (typeof value === 'bigint' ? `${value}n` : value))
  return hash('sha256', text, 'base64url')
}
