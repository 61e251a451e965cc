import { setImmediate as nextTurn } from 'node:timers/promises'
import { ConstraintError, type Transaction, type TransactionOptions } from '../../../ports/database.ts'
import { databaseErrors } from '../../../ports/errors.ts'
import { isBusy, pauseWhileBusy } from './busy.ts'
import type { Checkpoints } from './checkpoints/checkpoints.ts'
import type { Connection } from './connection.ts'
import { PendingTransaction } from './pending-transaction.ts'
import { SqliteTransaction } from './sqlite-transaction.ts'

const mostInGroup = 256
const longestGroupMs = 50
const longestTurnMs = 5

/**
 * Lets transactions that arrive together share one commit, because a commit costs a disk flush and little else does.
 *
 * They run one after the other, each in its own savepoint; all hear of their success or failure after the commit, so that
 * nobody acts on what may still be lost.
 */
export class GroupCommit {
  readonly #connection: Connection
  readonly #checkpoints: Checkpoints | undefined
  readonly #waiting: PendingTransaction[] = []
  #draining: Promise<void> | undefined

  /** @param checkpoints  undefined where SQLite moves the log by itself. */
  constructor(connection: Connection, checkpoints?: Checkpoints) {
    this.#connection = connection
    this.#checkpoints = checkpoints
  }

  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    const pending = new PendingTransaction<T>(work, options, () => this.#leave(pending as PendingTransaction))
    this.#waiting.push(pending as PendingTransaction)
    this.#draining ??= this.#drain()
    return pending.settled
  }

  /** Resolves when nothing waits or runs any more. */
  async finish(): Promise<void> {
    while (this.#draining !== undefined) await this.#draining
  }

  #leave(pending: PendingTransaction): void {
    const place = this.#waiting.indexOf(pending)
    if (place !== -1) this.#waiting.splice(place, 1)
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await nextTurn() // requests that arrived in this turn of the event loop come along
      await this.#runNext()
    }
    this.#draining = undefined
  }

  async #runNext(): Promise<void> {
    const [first] = this.#waiting
    if (first === undefined) return
    try {
      await (first.isExclusive ? this.#runExclusive(first) : this.#runGroup())
    } catch (error) {
      // Nothing has begun: only the first hears of it, so that every round ends with fewer waiting.
      this.#leave(first)
      first.fail(error)
      first.settle()
    }
  }

  async #runGroup(): Promise<void> {
    if (this.#checkpoints?.isPauseWanted) await this.#checkpoints.complete()
    if (!(await this.#begin(() => this.#waiting.length > 0))) return
    const group: PendingTransaction[] = []
    try {
      await this.#runMembers(group)
      this.#endGroup(group)
    } catch (error) {
      this.#rollbackIfOpen()
      for (const pending of group) pending.fail(error)
    }
    for (const pending of group) pending.settle()
    this.#checkpoints?.committed(group.length)
  }

  async #runMembers(group: PendingTransaction[]): Promise<void> {
    const endsAt = performance.now() + longestGroupMs
    let turnEndsAt = performance.now() + longestTurnMs
    for (let next = this.#takeShared(); next !== undefined; next = this.#takeShared()) {
      group.push(next)
      await this.#runInSavepoint(next)
      if (group.length >= mostInGroup || performance.now() > endsAt) return
      if (performance.now() < turnEndsAt) continue
      await nextTurn() // who only reads need not wait for the whole group
      turnEndsAt = performance.now() + longestTurnMs
    }
  }

  #takeShared(): PendingTransaction | undefined {
    return this.#waiting[0]?.isExclusive === false ? this.#waiting.shift() : undefined
  }

  async #runInSavepoint(pending: PendingTransaction): Promise<void> {
    try {
      this.#connection.command('savepoint galley')
      await pending.run(new SqliteTransaction(this.#connection))
      this.#connection.command('release galley')
    } catch (error) {
      pending.fail(error)
      // A full disk makes SQLite roll everything back by itself, the finished members of the group included.
      if (!this.#connection.isInTransaction) throw databaseErrors.unavailable({ cause: error })
      this.#connection.command('rollback to galley')
      this.#connection.command('release galley')
    }
  }

  #endGroup(group: readonly PendingTransaction[]): void {
    this.#connection.command(group.some((pending) => pending.hasSucceeded) ? 'commit' : 'rollback')
  }

  async #runExclusive(pending: PendingTransaction): Promise<void> {
    // Changing a table means making it anew, which enforced keys forbid; they can only be turned off between transactions.
    this.#connection.script('pragma foreign_keys = off')
    try {
      if (!(await this.#begin(() => this.#waiting[0] === pending))) return
      this.#waiting.shift()
      await this.#runAlone(pending)
    } finally {
      this.#connection.script('pragma foreign_keys = on')
    }
    pending.settle()
  }

  async #runAlone(pending: PendingTransaction): Promise<void> {
    try {
      await pending.run(new SqliteTransaction(this.#connection))
      this.#checkForeignKeys()
      this.#connection.command('commit')
    } catch (error) {
      pending.fail(error)
      this.#rollbackIfOpen()
    }
  }

  #checkForeignKeys(): void {
    const [broken] = this.#connection.query({ text: 'pragma foreign_key_check', parameters: [] })
    if (broken !== undefined) throw new ConstraintError('foreignKey', { table: String(broken[0]) })
  }

  /** Begins once no other process writes, or gives up when nobody is interested any more. */
  async #begin(isWanted: () => boolean): Promise<boolean> {
    for (let attempt = 0; isWanted(); attempt += 1) {
      if (this.#tryBegin()) return true
      await pauseWhileBusy(attempt)
    }
    return false
  }

  #tryBegin(): boolean {
    try {
      this.#connection.command('begin immediate')
      return true
    } catch (error) {
      if (isBusy(error)) return false
      throw error
    }
  }

  #rollbackIfOpen(): void {
    if (this.#connection.isInTransaction) this.#connection.command('rollback')
  }
}
