import type { Transaction, TransactionOptions } from '../../../ports/database.ts'
import { databaseErrors } from '../../../ports/errors.ts'
import type { SqliteTransaction } from './sqlite-transaction.ts'

const defaultTimeoutMs = 10_000

/**
 * One call of `transaction()` on its way: it waits for the writer, runs, and is settled once its commit has ended.
 *
 * `timeoutMs` limits the waiting and the running, each for itself.
 */
export class PendingTransaction<T = unknown> {
  readonly isExclusive: boolean
  /** Resolves or rejects when the transaction has been settled. */
  readonly settled: Promise<T>
  readonly #work: (tx: Transaction) => Promise<T>
  readonly #timeoutMs: number
  readonly #timer: NodeJS.Timeout
  #onTimeout: () => void
  #resolve!: (value: T) => void
  #reject!: (error: unknown) => void
  #outcome: { readonly value: T } | { readonly error: unknown } | undefined

  constructor(
    work: (tx: Transaction) => Promise<T>,
    options: TransactionOptions = {},
    onGivenUp: (self: PendingTransaction<T>) => void,
  ) {
    this.isExclusive = options.lock === 'exclusive'
    this.#work = work
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs
    this.#onTimeout = () => {
      onGivenUp(this)
      this.fail(databaseErrors.busy())
      this.settle()
    }
    this.#timer = setTimeout(() => this.#onTimeout(), this.#timeoutMs)
    this.settled = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** Runs the work to its end and remembers how it went; throws when its effects must be rolled back. */
  async run(tx: SqliteTransaction): Promise<void> {
    const timedOut = this.#startClock(tx)
    const startedAt = performance.now()
    try {
      const value = await Promise.race([this.#work(tx), timedOut])
      tx.requireFinished()
      // A statement can hold the event loop, and with it the timer.
      if (performance.now() - startedAt > this.#timeoutMs) throw databaseErrors.timeout()
      this.#outcome = { value }
    } catch (error) {
      this.fail(error)
      throw error
    } finally {
      tx.end(new Error('The transaction is over. Await every statement inside its work.'))
      clearTimeout(this.#timer)
    }
  }

  get hasSucceeded(): boolean {
    return this.#outcome !== undefined && 'value' in this.#outcome
  }

  /** Makes the outcome a failure, unless it already is one. */
  fail(error: unknown): void {
    if (this.#outcome === undefined || this.hasSucceeded) this.#outcome = { error }
  }

  /** Tells the caller how it went. */
  settle(): void {
    clearTimeout(this.#timer)
    if (this.#outcome === undefined) return
    if ('value' in this.#outcome) this.#resolve(this.#outcome.value)
    else this.#reject(this.#outcome.error)
  }

  #startClock(tx: SqliteTransaction): Promise<never> {
    this.#timer.refresh()
    return new Promise((_, reject) => {
      this.#onTimeout = () => {
        const timeout = databaseErrors.timeout()
        tx.end(timeout)
        reject(timeout)
      }
    })
  }
}
