import { createHash } from 'node:crypto'
import type { Row, Statement, Transaction, TransactionOptions } from '../../../ports/database.ts'
import { databaseErrors } from '../../../ports/errors.ts'
import type { Connection } from './connection.ts'
import { isConnectionLost, mustRerun } from './errors.ts'
import { defaultTimeoutMs, idleGraceMs } from './session.ts'

/**
 * One run of a transaction on one connection.
 *
 * A statement that fails outside a savepoint dooms the transaction: PostgreSQL refuses what follows and cannot commit.
 */
export class PostgresTransaction implements Transaction {
  readonly #connection: Connection
  readonly #timeoutMs: number
  readonly #isExclusive: boolean
  #hasBegun = false
  #savepoints = 0
  #failure: { readonly error: unknown } | undefined
  #over: Error | undefined

  constructor(connection: Connection, options: TransactionOptions) {
    this.#connection = connection
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs
    this.#isExclusive = options.lock === 'exclusive'
  }

  /** Runs `work` between begin and commit, or rolls back and throws. */
  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      await this.#begin()
      const value = await this.#inTime(work)
      await this.#commit()
      return value
    } catch (error) {
      await this.#rollback()
      throw error
    }
  }

  /** Whether the failure is one that goes away by running the work again. */
  get mayRunAgain(): boolean {
    if (this.#failure === undefined) return false
    const isOldConnection = !this.#hasBegun && isConnectionLost(this.#failure.error)
    return isOldConnection || mustRerun(this.#failure.error)
  }

  async query(statement: Statement): Promise<readonly Row[]> {
    this.#requireIntact()
    return (await this.#noteFailure(this.#connection.query(statement))).rows
  }

  async execute(statement: Statement): Promise<number> {
    this.#requireIntact()
    return (await this.#noteFailure(this.#connection.query(statement))).count
  }

  async script(text: string): Promise<void> {
    this.#requireIntact()
    await this.#noteFailure(this.#connection.script(text))
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    this.#savepoints += 1
    const name = `galley_${this.#savepoints}`
    await this.script(`savepoint ${name}`)
    try {
      const value = await work()
      await this.script(`release savepoint ${name}`)
      return value
    } catch (error) {
      await this.#undo(name)
      throw error
    }
  }

  async tryLock(name: string): Promise<boolean> {
    const [row] = await this.query({ text: 'select pg_try_advisory_xact_lock($1)', parameters: [lockKey(name)] })
    return row?.[0] === true
  }

  async #begin(): Promise<void> {
    const begun = this.#noteFailure(this.#connection.script(beginText(this.#timeoutMs, this.#isExclusive))).then(() => {
      this.#hasBegun = true
    })
    if (this.#isExclusive) return begun
    // The first statement need not wait for the answer: a begin only fails with its connection, or dooms what follows.
    begun.catch(() => {})
  }

  async #inTime<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const { promise: timedOut, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      const timeout = databaseErrors.timeout()
      this.#over = timeout
      this.#failure = { error: timeout }
      this.#connection.abandon()
      reject(timeout)
    }, this.#timeoutMs)
    try {
      return await Promise.race([work(this), timedOut])
    } finally {
      clearTimeout(timer)
      // Before commit or rollback are sent: a statement behind them would run outside the transaction.
      this.#over ??= new Error('The transaction is over. Await every statement inside its work.')
    }
  }

  async #commit(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error
    const result = await this.#noteFailure(this.#connection.script('commit'))
    // A doomed transaction answers with ROLLBACK; here one whose failed statement nobody awaited.
    if (result?.command !== 'COMMIT') throw this.#failureOr('The transaction was rolled back.')
  }

  async #rollback(): Promise<void> {
    if (this.#connection.isBroken) return
    await this.#connection.script('rollback').catch(() => this.#connection.abandon())
  }

  async #undo(name: string): Promise<void> {
    if (this.#over !== undefined) return
    try {
      await this.#connection.script(`rollback to savepoint ${name}; release savepoint ${name}`)
      this.#failure = undefined
    } catch (error) {
      this.#failure ??= { error }
    }
  }

  #requireIntact(): void {
    if (this.#over !== undefined) throw this.#over
    if (this.#failure !== undefined) throw this.#failure.error
  }

  async #noteFailure<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      this.#failure ??= { error }
      throw error
    }
  }

  #failureOr(sentence: string): unknown {
    return this.#failure === undefined ? new Error(sentence) : this.#failure.error
  }
}

function beginText(timeoutMs: number, isExclusive: boolean): string {
  const timeouts = `set local statement_timeout = ${timeoutMs};
    set local idle_in_transaction_session_timeout = ${timeoutMs + idleGraceMs}`
  if (isExclusive) {
    return `begin; set local statement_timeout = 0; set local lock_timeout = ${timeoutMs};
      select pg_advisory_xact_lock(${exclusiveLock}); set local lock_timeout to default; ${timeouts}`
  }
  return timeoutMs === defaultTimeoutMs ? 'begin' : `begin; ${timeouts}`
}

const exclusiveLock = `${0x476c6c79}, 0` // of two halves, which no key of one piece equals

function lockKey(name: string): string {
  return String(createHash('sha256').update(name).digest().readBigInt64BE())
}
