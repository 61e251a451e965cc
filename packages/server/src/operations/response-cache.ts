import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { CollectionModel, Model } from '../model/model.ts'
import type { AggregatePlan, ReadPlan } from '../query/plan.ts'
import { planSources } from '../query/plan-sources.ts'
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
   * @param shape  what else the answer is made of, besides the plan and its values.
   * @param byId  each answer is of the record whose id it is asked with.
   */
  keptRead(
    collection: CollectionModel,
    plan: ReadPlan | AggregatePlan,
    asking: SelectionContext,
    shape: unknown,
    byId = false,
  ): KeptRead | undefined {
    const maxAgeMs = collection.cacheMaxAgeMs
    // An estimate is of the database, and so is the time: nobody tells when they move on.
    const isOfRows = asking.hasAskedTime === false && !('counts' in plan && plan.counts === 'estimated')
    if (maxAgeMs === undefined || !isOfRows) return undefined
    const { collections, isOfRowsAlone } = planSources(plan, this.#model)
    const isOfOneRow = byId && isOfRowsAlone
    return {
      key: hash('sha256', JSON.stringify([plan, asking.values.all, shape]), 'base64url'),
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
