import type { MaybePromise } from '../../../base/maybe-promise.ts'
import type { Database, Row, Statement, TableShape, Transaction, TransactionOptions } from '../../../ports/database.ts'
import { databaseErrors } from '../../../ports/errors.ts'
import { Checkpoints } from './checkpoints/checkpoints.ts'
import { Statistics } from './checkpoints/statistics.ts'
import { sqliteDialect } from './dialect.ts'
import { GroupCommit } from './group-commit.ts'
import { type OpenFile, openFile } from './open-file.ts'
import { readTables } from './read-tables.ts'
import { Reads } from './reads.ts'

export interface SqliteOptions {
  /** Path of the file, made with its folder when absent; `:memory:` for a private database that ends with `close()`. */
  readonly file: string
  /** Refuses transactions and never makes a file. */
  readonly readOnly?: boolean
  /**
   * `full` (default): a commit is on the disk when it is acknowledged.
   * `off`: a crash of the machine, not of the process, may lose or damage the database.
   */
  readonly synchronous?: 'full' | 'off'
  /** How long a read may take that runs beside the event loop, its waiting included. Default 10 000. */
  readonly statementMs?: number
}

/**
 * Opens a database in a file, on Node's own SQLite.
 *
 * One connection writes and another reads, so a read never waits for a transaction. Several processes may open one file.
 * Reads that take long run in processes of their own, see `reads.ts`; not those of `:memory:`.
 * Integers come as numbers where these are exact, as bigints beyond ±(2^53 − 1).
 * @throws database_damaged     when the file is not a database, or is broken.
 * @throws database_foreign     when the file is the database of another program.
 * @throws database_unopenable  when the file cannot be made, read or written.
 */
export async function openSqliteDatabase(options: SqliteOptions): Promise<Database> {
  return new SqliteDatabase(await openFile(options), options)
}

const defaultStatementMs = 10_000

class SqliteDatabase implements Database {
  readonly dialect = sqliteDialect
  readonly #open: OpenFile
  readonly #reads: Reads
  readonly #writer: GroupCommit | undefined
  /** Undefined where nothing is written, or nothing is flushed. */
  readonly #checkpoints: Checkpoints | undefined
  /** Undefined where the checkpoints are. */
  readonly #statistics: Statistics | undefined
  #closing: Promise<void> | undefined
  #isClosed = false

  constructor(open: OpenFile, options: SqliteOptions) {
    this.#open = open
    this.#reads = new Reads(open, options.statementMs ?? defaultStatementMs)
    if (open.writer === undefined) return
    const { file } = open
    if (file !== undefined && options.synchronous !== 'off') {
      this.#checkpoints = new Checkpoints(file)
      this.#statistics = new Statistics(open)
    }
    this.#writer = new GroupCommit(open.writer, this.#checkpoints)
  }

  read(statement: Statement): MaybePromise<readonly Row[]> {
    if (this.#isClosed) throw databaseErrors.unavailable()
    return this.#reads.read(statement)
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    if (this.#closing !== undefined) throw databaseErrors.unavailable()
    if (this.#writer === undefined) throw databaseErrors.read_only()
    return this.#writer.transaction(work, options)
  }

  // Asked on the connection that writes, `data_version` does not move with own commits (SQLite, "PRAGMA data_version").
  foreignCommits(): number {
    return (this.#open.writer ?? this.#open.reader).dataVersion()
  }

  readTables(names: readonly string[]): Promise<readonly TableShape[]> {
    return readTables((statement) => this.read(statement), names)
  }

  async ping(): Promise<void> {
    await this.read({ text: 'select count(*) from sqlite_schema', parameters: [] })
    // A file that was moved away still takes writes, and loses them when it is closed.
    if (!this.#open.isInPlace()) throw databaseErrors.unavailable()
  }

  close(): Promise<void> {
    this.#closing ??= this.#finishAndClose()
    return this.#closing
  }

  async #finishAndClose(): Promise<void> {
    await this.#writer?.finish()
    this.#isClosed = true
    await this.#checkpoints?.close()
    await this.#statistics?.close()
    await this.#reads.close() // before the log is moved into the file, which its readers would forbid
    this.#open.close()
  }
}
