import { createHash } from 'node:crypto'
import type { QueryOptions, Row, Statement, Transaction, TransactionOptions } from '../../../ports/database.ts'
import { databaseErrors } from '../../../ports/errors.ts'
import type { Connection } from './connection.ts'
import { isConnectionLost, mustRerun } from './errors.ts'
import { type Answer, type Answered, countOf } from './prepared-query.ts'
import { defaultTimeoutMs, idleGraceMs } from './session.ts'
import type { Abandonable } from './shared-connections.ts'

/** Where a transaction is run. */
export interface TransactionConnections {
  connect(): Promise<Connection>
  /** Runs a statement as a transaction by itself, on a connection that it shares. */
  sendAlone(statement: Statement, answered: Answered): Abandonable
}

/**
 * One run of a transaction. It takes a connection with its first statement, and none for one that is a transaction by itself.
 *
 * A statement that fails outside a savepoint dooms the transaction: PostgreSQL refuses what follows and cannot commit.
 */
export class PostgresTransaction implements Transaction {
  readonly #connections: TransactionConnections
  readonly #timeoutMs: number
  readonly #isExclusive: boolean
  #connecting: Promise<Connection> | undefined
  #connection: Connection | undefined
  #shared: Abandonable | undefined
  /** Whether a begin is on its way or has arrived, and nothing that ends it. */
  #isOpen = false
  #hasBegun = false
  #mayBeCommitted = false
  #isCommitted = false
  #depth = 0
  #unansweredCount = 0
  #failure: { readonly error: unknown } | undefined
  #isOver = false
  #isGivenUp = false
  #isUnreachable = false

  constructor(connections: TransactionConnections, options: TransactionOptions) {
    this.#connections = connections
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
    } finally {
      this.#connecting?.then(
        (connection) => connection.release(),
        () => {},
      )
    }
  }

  /** Whether the failure is one that goes away by running the work again. */
  get mayRunAgain(): boolean {
    if (this.#failure === undefined || this.#isCommitted || this.#isUnreachable) return false
    const isOldConnection = !this.#hasBegun && !this.#mayBeCommitted && isConnectionLost(this.#failure.error)
    return isOldConnection || mustRerun(this.#failure.error)
  }

  async query(statement: Statement, { isLast = false }: QueryOptions = {}): Promise<readonly Row[]> {
    this.#requireIntact()
    return (await (isLast && this.#depth === 0 ? this.#sendLast(statement) : this.#send(statement))).rows
  }

  async execute(statement: Statement): Promise<number> {
    this.#requireIntact()
    return countOf(await this.#send(statement))
  }

  async script(text: string): Promise<void> {
    this.#requireIntact()
    this.#beginFirst()
    await this.#noteFailure(this.#on((connection) => connection.script(text)))
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
    return this.#noteFailure(this.#on((connection) => connection.query(statement)))
  }

  /** Statement and commit in one round trip. With the usual limits, a statement is a transaction by itself. */
  async #sendLast(statement: Statement): Promise<Answer> {
    if (!this.#isOpen && this.#timeoutMs === defaultTimeoutMs) return this.#sendAlone(statement)
    // A commit that was on its way when the connection was lost must not be sent again, so it is not sent on an old one.
    if (this.#connection?.isFresh !== true) return this.#send(statement)
    const answer = this.#send(statement)
    const committed = this.#commit()
    committed.catch(() => {}) // where the statement fails, that is told
    const result = await answer
    await committed
    this.#isCommitted = true
    return result
  }

  async #sendAlone(statement: Statement): Promise<Answer> {
    this.#mayBeCommitted = true
    const answer = await this.#noteFailure(
      new Promise<Answer>((resolve, reject) => {
        this.#shared = this.#connections.sendAlone(statement, (error, answer) => {
          this.#shared = undefined
          if (answer === undefined) reject(error)
          else resolve(answer)
        })
      }),
    )
    this.#isCommitted = true
    return answer
  }

  /** The first statement need not wait for the answer: a begin only fails with its connection, or dooms what follows. */
  #beginFirst(): void {
    if (!this.#isOpen) this.#begin().catch(() => {})
  }

  async #begin(): Promise<void> {
    this.#isOpen = true
    const text = beginText(this.#timeoutMs, this.#isExclusive)
    await this.#noteFailure(
      this.#on<unknown>((connection) => (text === 'begin' ? connection.command(text) : connection.script(text))),
    )
    this.#hasBegun = true
  }

  /** Sends what only fails with its connection, or dooms what follows. */
  #sendAhead(command: string): void {
    this.#beginFirst()
    this.#command(command).catch(() => {})
  }

  #command(text: string): Promise<Answer> {
    return this.#noteFailure(this.#on((connection) => connection.command(text)))
  }

  /** Sends something on the connection of the transaction, in the order of the calls. */
  #on<T>(send: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#connection !== undefined) return send(this.#connection)
    this.#connecting ??= this.#connect()
    return this.#connecting.then((connection) => {
      if (this.#isGivenUp) throw transactionIsOver()
      return send(connection)
    })
  }

  #connect(): Promise<Connection> {
    const connecting = this.#connections.connect()
    // Heard of before whoever waits to send: nobody may overtake them.
    connecting.then(
      (connection) => {
        this.#connection = connection
      },
      () => {
        this.#isUnreachable = true
      },
    )
    return connecting
  }

  #inTime<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        const timeout = databaseErrors.timeout()
        this.#failure = { error: timeout }
        this.#isOver = true
        this.#connection?.abandon()
        this.#shared?.abandon()
        reject(timeout)
      }
      let timer = setTimeout(() => {
        // What may be committed by now is stopped by the server, which tells what became of it. Unless nothing is heard of it.
        if (this.#mayBeCommitted) timer = setTimeout(giveUp, this.#timeoutMs)
        else giveUp()
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
    if (this.#isCommitted && !this.#isOpen) return
    if (!this.#isOpen) return this.#on(async () => {}) // an empty one fails where others would
    this.#isOpen = false
    this.#mayBeCommitted = true
    const { tag } = await this.#command('commit')
    // A doomed transaction answers with ROLLBACK; here one whose failed statement nobody awaited.
    if (tag.startsWith('COMMIT')) return
    while (this.#failure === undefined && this.#unansweredCount > 0) await Promise.resolve() // its answer is here, but not heard
    throw this.#failureOr('The transaction was rolled back.')
  }

  async #rollback(): Promise<void> {
    this.#isGivenUp = true
    const connection = this.#connection
    if (!this.#isOpen || connection === undefined || connection.isBroken) return
    await connection.command('rollback').catch(() => connection.abandon())
  }

  /** Its answer matters only where a statement that nobody awaited may have failed. */
  async #release(savepoint: string): Promise<void> {
    this.#requireIntact()
    const command = `release savepoint ${savepoint}`
    if (this.#unansweredCount > 0) await this.#command(command)
    else this.#sendAhead(command)
  }

  async #undo(savepoint: string): Promise<void> {
    if (this.#isOver) return
    try {
      await this.#on((connection) =>
        connection.script(`rollback to savepoint ${savepoint}; release savepoint ${savepoint}`),
      )
      this.#failure = undefined
    } catch (error) {
      this.#failure ??= { error }
    }
  }

  #requireIntact(): void {
    if (this.#failure !== undefined) throw this.#failure.error
    if (this.#isOver) throw transactionIsOver()
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

function transactionIsOver(): Error {
  return new Error('The transaction is over. Await every statement inside its work.')
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
