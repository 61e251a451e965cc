import { hash } from 'node:crypto'
import type { MaybePromise } from '../../base/maybe-promise.ts'
import type { CollectionModel, Model } from '../../model/model.ts'
import type { Statement } from '../../ports/database.ts'
import type { AggregatePlan, ReadPlan } from '../../query/plan.ts'
import { planSources } from '../../query/plan-sources.ts'
import type { PageRequest } from '../../query/read-plan.ts'
import type { SelectionContext } from '../../query/selection.ts'
import type { ListAnswer, RecordAnswer, TextAnswer } from '../operations.ts'
import type { Freshness, Mark } from './freshness.ts'
import { Memory, type Outcome } from './memory.ts'
import { SameAnswers } from './same-answers.ts'

/** A read whose answers are kept: whoever asks it with the same values and the same rights has the same key. */
export interface KeptRead {
  readonly key: string
  readonly maxAgeMs: number
  /** What its answers depend on; undefined: on the row of the id they are asked with. */
  readonly marks: readonly Mark[] | undefined
  readonly collection: string
}

export type KeepableAnswer = ListAnswer | RecordAnswer | TextAnswer

export interface ResponseCacheParts {
  readonly freshness: Freshness
  readonly model: Model
  readonly maxBytes: number
  readonly nowMs?: () => number
}

/** Counted for what an entry takes beside its text. */
const entryBytes = 512
/** One answer takes at most this part of the memory for all. */
const largestPart = 16

/** Keeps finished answers of reads, bounded by the memory they take. */
export class ResponseCache {
  readonly #freshness: Freshness
  readonly #model: Model
  readonly #memory: Memory<KeepableAnswer>

  constructor({ model, maxBytes, ...parts }: ResponseCacheParts) {
    this.#freshness = parts.freshness
    this.#model = model
    this.#memory = new Memory({ ...parts, maxSize: maxBytes, maxEntrySize: Math.ceil(maxBytes / largestPart) })
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

  /** Tells which answers of a plan that are not kept have the same text; undefined where nobody can tell. */
  sameAnswers(plan: ReadPlan, asking: SelectionContext): SameAnswers | undefined {
    if (!this.#freshness.noticesAll || asking.hasAskedTime !== false || isEstimated(plan)) return undefined
    const { collections } = planSources(plan, this.#model)
    return new SameAnswers(this.#freshness, this.#freshness.marksOfCollections(collections))
  }

  /**
   * The answer from memory, of somebody else who is asking just now, or of `make`.
   *
   * @param round  see `OperationContext.arrivalRound`.
   */
  answer<A extends KeepableAnswer>(
    read: KeptRead,
    id: string,
    make: () => MaybePromise<A>,
    round?: number,
  ): MaybePromise<A> {
    const key = read.key + id
    // A key stands for one kind of answer.
    const found = this.#memory.find(key, round) as A | Promise<A> | undefined
    if (found !== undefined) return found
    const marks = read.marks ?? this.#freshness.marksOfRow(read.collection, id)
    return this.#memory.run(key, marks, read.maxAgeMs, () => outcomeOf(make)) as Promise<A>
  }
}

async function outcomeOf(make: () => MaybePromise<KeepableAnswer>): Promise<Outcome<KeepableAnswer>> {
  const made = await make()
  const value: KeepableAnswer = { ...made, isKept: true }
  // A character takes two bytes at most.
  const kept = { value: Object.freeze(value), size: entryBytes + 2 * made.json.length }
  return { answer: { ...made, isKept: false }, kept }
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
