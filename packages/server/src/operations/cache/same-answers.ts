import { type Freshness, type Mark, Watch } from './freshness.ts'

/** Stands for one text: answers that carry the same object have the same text. */
export type Sameness = object

/**
 * Knows which answers of one prepared read have the same text: those between which nothing they are made from has changed. What was
 * made of the text, its entity tag, need not be made again.
 */
export class SameAnswers {
  readonly #freshness: Freshness
  readonly #marks: readonly Mark[]
  #watch: Watch
  #sameness: Sameness = {}

  constructor(freshness: Freshness, marks: readonly Mark[]) {
    this.#freshness = freshness
    this.#marks = marks
    this.#watch = new Watch(marks)
  }

  /** To be called before the database is asked. @param round  see `OperationContext.arrivalRound`. */
  begin(round?: number): Sameness {
    this.#freshness.look(round)
    if (!this.#watch.isCurrent) {
      this.#watch = new Watch(this.#marks)
      this.#sameness = {}
    }
    return this.#sameness
  }

  /** To be called when the database has answered. Undefined when something may have changed meanwhile. */
  end(begun: Sameness): Sameness | undefined {
    this.#freshness.look()
    return begun === this.#sameness && this.#watch.isCurrent ? begun : undefined
  }
}
