import { setImmediate as nextTurn } from 'node:timers/promises'
import type { MaybePromise } from '../../../base/maybe-promise.ts'
import type { Row, Statement, Transaction } from '../../../ports/database.ts'
import type { Connection } from './connection.ts'

const longestTurnMs = 5

/**
 * A transaction as its work sees it, until `end()`.
 *
 * As on PostgreSQL, a statement that fails outside a savepoint dooms the transaction: what follows is refused.
 */
export class SqliteTransaction implements Transaction {
  readonly #connection: Connection
  #turnStartedAt = performance.now()
  #savepoints = 0
  #failure: { readonly error: unknown } | undefined
  #over: Error | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  query(statement: Statement): MaybePromise<readonly Row[]> {
    return this.#run(() => this.#connection.query(statement))
  }

  execute(statement: Statement): MaybePromise<number> {
    return this.#run(() => this.#connection.execute(statement))
  }

  script(text: string): MaybePromise<void> {
    return this.#run(() => {
      this.#connection.script(text)
      if (!this.#connection.isInTransaction) throw new Error('A script must not end the transaction it runs in.')
    })
  }

  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    this.requireIntact()
    this.#savepoints += 1
    const depth = this.#savepoints
    this.#connection.command(`savepoint galley_${depth}`)
    try {
      const value = await work()
      this.#release(depth)
      return value
    } catch (error) {
      this.#undo(depth)
      throw error
    }
  }

  /** The writer is alone, so nobody else can hold the lock. */
  tryLock(): boolean {
    this.requireIntact()
    return true
  }

  /** Throws when the transaction is over, or the error of the statement that doomed it. */
  requireIntact(): void {
    if (this.#over !== undefined) throw this.#over
    if (this.#failure !== undefined) throw this.#failure.error
  }

  /** Throws when the transaction may not be committed. */
  requireFinished(): void {
    this.requireIntact()
    if (this.#savepoints > 0) throw new Error('A savepoint is still open. Await it inside the work.')
  }

  /** Refuses every later statement with `reason`: the connection now belongs to somebody else. */
  end(reason: Error): void {
    this.#over ??= reason
  }

  /** Work that runs many statements without waiting for anything else lets others have a turn now and then. */
  #run<R>(statement: () => R): MaybePromise<R> {
    if (performance.now() - this.#turnStartedAt < longestTurnMs) return this.#runNow(statement)
    return nextTurn().then(() => {
      this.#turnStartedAt = performance.now()
      return this.#runNow(statement)
    })
  }

  #runNow<R>(statement: () => R): R {
    this.requireIntact()
    try {
      return statement()
    } catch (error) {
      this.#failure = { error }
      throw error
    }
  }

  #release(depth: number): void {
    this.requireIntact()
    if (this.#savepoints !== depth) throw new Error('A savepoint inside this one is still open. Await it.')
    this.#connection.command(`release galley_${depth}`)
    this.#savepoints -= 1
  }

  #undo(depth: number): void {
    // A full disk makes SQLite roll the whole transaction back; then there is no savepoint to return to.
    if (this.#over !== undefined || !this.#connection.isInTransaction) return
    this.#connection.command(`rollback to galley_${depth}`)
    this.#connection.command(`release galley_${depth}`)
    this.#savepoints = depth - 1
    this.#failure = undefined
  }
}
