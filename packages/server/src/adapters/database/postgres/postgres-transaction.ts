import { createHash } from 'node:crypto'
import type { QueryOptions, Row, Statement, Transaction, TransactionOptions } from '../../../ports/database.ts'
import { databaseErrors } from '../../../ports/errors.ts'
import type { Connection } from './connection.ts'
import { isConnectionLost, mustRerun } from './errors.ts'
import { type Answer, countOf } from './prepared-query.ts'
import { defaultTimeoutMs, idleGraceMs } from './session.ts'

/**
 * One run of a transaction on one connection, which hears of it with the first statement.
 *
 * A statement that fails outside a savepoint dooms the transaction: PostgreSQL refuses what follows and cannot commit.
 */
export class PostgresTransaction implements Transaction {
  readonly #connection: Connection
  readonly #timeoutMs: number
  readonly #isExclusive: boolean
  /** Whether a begin is on its way or has arrived, and nothing that ends it. */
  #isOpen = false
  #hasBegun = false
  #mayBeCommitted = false
  #isCommitted = false
  #depth = 0
  #unansweredCount = 0
  #failure: { readonly error: unknown } | undefined
  #isOver = false

  constructor(connection: Connection, options: TransactionOptions) {
    this.#connection = connection
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs
    this.#isExclusive = options.lock === 'exclusive'
  }

  /** Runs `work` between begin and commit, or rolls back and throws. */
  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      if (this.#isExclusive) await this.#begin()
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
    if (this.#failure === undefined || this.#isCommitted) return false
    const isOldConnection = !this.#hasBegun && !this.#mayBeCommitted && isConnectionLost(this.#failure.error)
    return isOldConnection || mustRerun(this.#failure.error)
  }

  async query(statement: Statement, { isLast = false }: QueryOptions = {}): Promise<readonly Row[]> {
    this.#requireIntact()
    // A commit that was on its way when the connection was lost must not be sent again, so it is not sent on an old one.
    const isSentWithCommit = isLast && this.#depth === 0 && this.#connection.isFresh
    return (await (isSentWithCommit ? this.#sendLast(statement) : this.#send(statement))).rows
  }

  async execute(statement: Statement): Promise<number> {
    this.#requireIntact()
    return countOf(await this.#send(statement))
  }

  async script(text: string): Promise<void> {
    this.#requireIntact()
    this.#beginFirst()
    await this.#noteFailure(this.#connection.script(text))
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    this.#requireIntact()
    this.#depth += 1
    const name = `galley_${this.#depth}`
    this.#sendAhead(`savepoint ${name}`)
    try {
      const value = await work()
      await this.#release(name)
      return value
    } catch (error) {
      await this.#undo(name)
      throw error
    } finally {
      this.#depth -= 1
    }
  }

  async tryLock(name: string): Promise<boolean> {
    const [row] = await this.query({ text: 'select pg_try_advisory_xact_lock($1)', parameters: [lockKey(name)] })
    return row?.[0] === true
  }

  #send(statement: Statement): Promise<Answer> {
    this.#beginFirst()
    return this.#noteFailure(this.#connection.query(statement))
  }

  /** Statement and commit in one round trip. Alone, and with the usual limits, a statement is a transaction by itself. */
  async #sendLast(statement: Statement): Promise<Answer> {
    this.#mayBeCommitted = true
    const isAlone = !this.#isOpen && this.#timeoutMs === defaultTimeoutMs
    const answer = isAlone ? this.#noteFailure(this.#connection.query(statement)) : this.#send(statement)
    const committed = this.#commit()
    committed.catch(() => {}) // where the statement fails, that is told
    const result = await answer
    await committed
    this.#isCommitted = true
    return result
  }

  /** The first statement need not wait for the answer: a begin only fails with its connection, or dooms what follows. */
  #beginFirst(): void {
    if (!this.#isOpen) this.#begin().catch(() => {})
  }

  async #begin(): Promise<void> {
    this.#isOpen = true
    const text = beginText(this.#timeoutMs, this.#isExclusive)
    if (text === 'begin') await this.#noteFailure(this.#connection.command(text))
    else await this.#noteFailure(this.#connection.script(text))
    this.#hasBegun = true
  }

  /** Sends what only fails with its connection, or dooms what follows. */
  #sendAhead(command: string): void {
    this.#beginFirst()
    this.#noteFailure(this.#connection.command(command)).catch(() => {})
  }

  #inTime<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const timeout = databaseErrors.timeout()
        this.#failure = { error: timeout }
        this.#isOver = true
        this.#connection.abandon()
        reject(timeout)
      }, this.#timeoutMs)
      // Before commit or rollback are sent: a statement behind them would run outside the transaction.
      const end = () => {
        clearTimeout(timer)
        this.#isOver = true
      }
      const running = async () => work(this)
      running().then(
        (value) => {
          end()
          resolve(value)
        },
        (error: unknown) => {
          end()
          reject(error)
        },
      )
    })
  }

  async #commit(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#mayBeCommitted = true
    const { tag } = await this.#noteFailure(this.#connection.command('commit'))
    // A doomed transaction answers with ROLLBACK; here one whose failed statement nobody awaited.
    if (!tag.startsWith('COMMIT')) throw this.#failureOr('The transaction was rolled back.')
  }

  async #rollback(): Promise<void> {
    if (!this.#isOpen || this.#connection.isBroken) return
    await this.#connection.command('rollback').catch(() => this.#connection.abandon())
  }

  /** Its answer matters only where a statement that nobody awaited may have failed. */
  async #release(savepoint: string): Promise<void> {
    this.#requireIntact()
    const command = `release savepoint ${savepoint}`
    if (this.#unansweredCount > 0) await this.#noteFailure(this.#connection.command(command))
    else this.#sendAhead(command)
  }

  async #undo(savepoint: string): Promise<void> {
    if (this.#isOver) return
    try {
      await this.#connection.script(`rollback to savepoint ${savepoint}; release savepoint ${savepoint}`)
      this.#failure = undefined
    } catch (error) {
      this.#failure ??= { error }
    }
  }

  #requireIntact(): void {
    if (this.#failure !== undefined) throw this.#failure.error
    if (this.#isOver) throw new Error('The transaction is over. Await every statement inside its work.')
  }

  async #noteFailure<T>(answer: Promise<T>): Promise<T> {
    this.#unansweredCount += 1
    try {
      return await answer
    } catch (error) {
      this.#failure ??= { error }
      throw error
    } finally {
      this.#unansweredCount -= 1
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
