import { LRUCache } from 'lru-cache'
import { type Freshness, type Mark, Watch } from './freshness.ts'

/** What came of a run: the answer for those who wait, and what is kept of it for others, if anything. */
export interface Outcome<V> {
  readonly answer: V
  readonly kept?: {
    readonly value: V
    /** What `maxSize` counts. */
    readonly size: number
    /** What it depends on, where less than was watched during the run. */
    readonly marks?: readonly Mark[]
  }
}

interface Kept<V> {
  readonly value: V
  readonly watch: Watch
  readonly expiresAtMs: number
}

interface Running<V> {
  readonly answer: Promise<V>
  readonly watch: Watch
}

export interface MemoryParts {
  readonly freshness: Freshness
  readonly maxSize: number
  readonly maxEntrySize: number
  /** A clock that never jumps. Default: `performance.now`. */
  readonly nowMs?: () => number
}

/**
 * Keeps what was made, until something it was made from may have changed or it is too old. What was used the longest ago goes first.
 *
 * It is kept, and given to others who wait for the same, only when nothing it is made from was touched since its making began.
 * Failures are not kept.
 */
export class Memory<V> {
  readonly #freshness: Freshness
  readonly #nowMs: () => number
  readonly #kept: LRUCache<string, Kept<V>>
  readonly #running = new Map<string, Running<V>>()

  constructor({ freshness, maxSize, maxEntrySize, nowMs = () => performance.now() }: MemoryParts) {
    this.#freshness = freshness
    this.#nowMs = nowMs
    this.#kept = new LRUCache({ maxSize, maxEntrySize })
  }

  /** What is kept, or is being made just now; undefined when neither. */
  find(key: string, round?: number): V | Promise<V> | undefined {
    this.#freshness.look(round)
    const kept = this.#kept.get(key)
    if (kept?.watch.isCurrent === true && this.#nowMs() < kept.expiresAtMs) return kept.value
    const running = this.#running.get(key)
    return running?.watch.isCurrent === true ? running.answer : undefined
  }

  /** To be called after `find` has found nothing, without a pause between them. @param marks  of everything that `make` may look at. */
  run(key: string, marks: readonly Mark[], maxAgeMs: number, make: () => Promise<Outcome<V>>): Promise<V> {
    const watch = new Watch(marks)
    const expiresAtMs = this.#nowMs() + maxAgeMs
    const finish = async (): Promise<V> => {
      try {
        const { answer, kept } = await make()
        if (kept !== undefined && watch.isCurrent) {
          const { value, size, marks: lasting } = kept
          const entry = { value, watch: lasting === undefined ? watch : new Watch(lasting), expiresAtMs }
          this.#kept.set(key, entry, { size })
        }
        return answer
      } finally {
        if (this.#running.get(key)?.watch === watch) this.#running.delete(key)
      }
    }
    const answer = finish()
    this.#running.set(key, { answer, watch })
    return answer
  }
}
