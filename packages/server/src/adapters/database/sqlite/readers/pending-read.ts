import type { Statement } from '../../../../ports/database.ts'
import type { Reader } from './reader.ts'
import type { RowsInTime } from './reader-answer.ts'

/** A statement on its way through the pool: it waits, runs, and is settled once. */
export class PendingRead {
  readonly statement: Statement
  readonly answer: Promise<RowsInTime>
  readonly timeoutMs: number
  /** Whether it is known to take little time. */
  readonly isShort: boolean
  /** The process that runs it; undefined while it waits. */
  reader: Reader | undefined
  runs = 0
  readonly #settling = Promise.withResolvers<RowsInTime>()
  readonly #timer: NodeJS.Timeout
  #isSettled = false

  constructor(statement: Statement, isShort: boolean, timeoutMs: number, onTimeout: (self: PendingRead) => void) {
    this.statement = statement
    this.timeoutMs = timeoutMs
    this.isShort = isShort
    this.answer = this.#settling.promise
    this.#timer = setTimeout(() => onTimeout(this), timeoutMs)
  }

  get isSettled(): boolean {
    return this.#isSettled
  }

  succeed(answer: RowsInTime): void {
    this.#settle()
    this.#settling.resolve(answer)
  }

  fail(error: unknown): void {
    this.#settle()
    this.#settling.reject(error)
  }

  /** Whether its answer, once it has one, is that of another statement too. */
  answersAlso({ text, parameters }: Statement): boolean {
    const own = this.statement.parameters
    return (
      text === this.statement.text &&
      parameters.length === own.length &&
      parameters.every((value, index) => value === own[index])
    )
  }

  #settle(): void {
    this.#isSettled = true
    clearTimeout(this.#timer)
  }
}
