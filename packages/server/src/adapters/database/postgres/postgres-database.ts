import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient, PoolConfig } from 'pg'
import { GalleyError } from '../../../base/error.ts'
import type { Database, Row, Statement, TableShape, Transaction, TransactionOptions } from '../../../ports/database.ts'
import { databaseErrors } from '../../../ports/errors.ts'
import { Connection, type Makers } from './connection.ts'
import { postgresDialect } from './dialect.ts'
import { isConnectionLost, isNotPrepared, mustRerun } from './errors.ts'
import { type KnownStatement, KnownStatements } from './known-statements.ts'
import { loadDriver } from './load-driver.ts'
import { PostgresTransaction, type TransactionConnections } from './postgres-transaction.ts'
import { preparedQueries } from './prepared-query.ts'
import { Group, notRun, readGroups } from './read-group.ts'
import { readTables } from './read-tables.ts'
import { defaultTimeoutMs, sessionSettings } from './session.ts'
import { SharedConnections } from './shared-connections.ts'
import { textTypes } from './text-types.ts'
import { readAheadOf } from './wire-reader.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database?sslmode=verify-full`; other parameters as `pg` takes them. */
  readonly url: string
  /** Default 10. */
  readonly maxConnections?: number
  /** How long a caller waits for a connection, free or new. Default 5 000. */
  readonly connectTimeoutMs?: number
  /** How long a statement may take. Default 10 000. */
  readonly statementMs?: number
}

/**
 * Opens a database on a PostgreSQL server, with a pool of connections.
 *
 * Values come as text, except booleans and the numbers that are exact in JavaScript, see `text-types.ts`.
 * @throws database_unavailable     when the server cannot be reached or refuses us.
 * @throws database_driver_missing  when `pg` is not installed.
 */
export async function openPostgresDatabase(options: PostgresOptions): Promise<Database> {
  const { Pool, Query } = await loadDriver()
  const { statementMs = defaultTimeoutMs } = options
  const makers = { makeQuery: preparedQueries(Query), makeGroup: readGroups(Query) }
  const database = new PostgresDatabase(new Pool(poolConfig(options)), makers, statementMs)
  try {
    await database.ping()
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

function poolConfig(options: PostgresOptions): PoolConfig {
  const config = {
    connectionString: options.url,
    application_name: 'galley',
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types: textTypes,
    pipeline: true, // sends a statement before the one ahead of it was answered
  }
  return config
}

const mostReruns = 5

class PostgresDatabase implements Database {
  readonly dialect = postgresDialect
  readonly #pool: Pool
  readonly #makers: Makers
  readonly #known = new KnownStatements()
  readonly #reads: SharedConnections
  readonly #writes: SharedConnections
  readonly #statementMs: number
  readonly #connections: TransactionConnections = {
    connect: () => this.#connect(),
    sendAlone: (statement, answered) => this.#writes.send(statement, this.#known.meet(statement.text), answered),
  }
  #runningCount = 0
  #whenIdle: (() => void) | undefined
  #closing: Promise<void> | undefined
  #isClosed = false

  constructor(pool: Pool, makers: Makers, statementMs: number) {
    this.#pool = pool
    this.#statementMs = statementMs
    this.#makers = makers
    this.#reads = new SharedConnections({ pool, keptShare: 1 / 4, isGrouped: true, connect: () => this.#connect() })
    this.#writes = new SharedConnections({
      pool,
      keptShare: 1 / 2,
      isGrouped: false,
      connect: () => this.#connectFresh(),
    })
    pool.on('connect', (client) => {
      readAheadOf(client, Group)
      prepareSession(client, statementMs)
    })
    pool.on('error', () => {}) // an idle connection was lost: the pool has already let go of it
  }

  read(statement: Statement): Promise<readonly Row[]> {
    const known = this.#known.meet(statement.text)
    if (known.isQuick) return this.#readShared(statement, known)
    return this.#whileOpen(() => this.#readAlone(statement, known, 1))
  }

  async transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    if (this.#closing !== undefined) throw databaseErrors.unavailable()
    return this.#whileOpen(() => this.#transaction(work, options))
  }

  /** A transaction of one statement without what others need: what is left is its answer, and time. */
  write(statement: Statement): Promise<readonly Row[]> {
    if (this.#closing !== undefined) return Promise.reject(databaseErrors.unavailable())
    this.#runningCount += 1
    return new Promise((resolve, reject) => {
      const shared = this.#writes.send(statement, this.#known.meet(statement.text), (error, answer) => {
        clearTimeout(timer)
        if (answer !== undefined) resolve(answer.rows)
        else if (mustRerun(error)) resolve(this.#writeAgain(statement))
        else reject(error)
        this.#end()
      })
      // The server stops it in half of that time and tells what became of it, unless nothing is heard of it.
      const timer = setTimeout(() => {
        shared.abandon()
        reject(databaseErrors.timeout())
      }, 2 * defaultTimeoutMs)
    })
  }

  async #writeAgain(statement: Statement): Promise<readonly Row[]> {
    return this.#whileOpen(async () => {
      await pauseBeforeRerun(0)
      return this.#transaction(async (tx) => tx.query(statement, { isLast: true }), {})
    })
  }

  readTables(names: readonly string[]): Promise<readonly TableShape[]> {
    return readTables((statement) => this.read(statement), names)
  }

  async ping(): Promise<void> {
    await this.read({ text: 'select 1', parameters: [] })
  }

  close(): Promise<void> {
    this.#closing ??= this.#finishAndClose()
    return this.#closing
  }

  async #finishAndClose(): Promise<void> {
    while (this.#runningCount > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve))
    this.#isClosed = true
    await this.#pool.end()
  }

  async #whileOpen<T>(run: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw databaseErrors.unavailable()
    this.#runningCount += 1
    try {
      return await run()
    } finally {
      this.#end()
    }
  }

  #end(): void {
    this.#runningCount -= 1
    if (this.#runningCount === 0) this.#whenIdle?.()
  }

  /** One promise and nothing else: what is left to save of a quick read are the turns it waits. */
  #readShared(statement: Statement, known: KnownStatement): Promise<readonly Row[]> {
    if (this.#isClosed) return Promise.reject(databaseErrors.unavailable())
    this.#runningCount += 1
    return new Promise((resolve, reject) => {
      this.#reads.send(statement, known, (error, answer, wasSent) => {
        if (answer !== undefined) resolve(answer.rows)
        else if (wasSent && mayReadAgain(error)) resolve(this.#readAgain(statement))
        else reject(this.#readError(error))
        this.#end()
      })
    })
  }

  #readAgain(statement: Statement): Promise<readonly Row[]> {
    return this.#whileOpen(() => this.#readAlone(statement, this.#known.meet(statement.text), 0))
  }

  async #readAlone(statement: Statement, known: KnownStatement, reruns: number): Promise<readonly Row[]> {
    const connection = await this.#connect()
    const startedAt = performance.now()
    try {
      return (await connection.query(statement, known)).rows
    } catch (error) {
      if (reruns === 0 || !mayReadAgain(error)) throw this.#readError(error)
    } finally {
      known.noteTime(performance.now() - startedAt)
      connection.release()
    }
    return this.#readAlone(statement, this.#known.meet(statement.text), reruns - 1)
  }

  /** Whoever reads can ask for less; whoever writes may have done nothing to deserve it. */
  #readError(error: unknown): unknown {
    if (!(error instanceof GalleyError) || error.code !== databaseErrors.timeout.code) return error
    return databaseErrors.statement_timeout({ cause: error.cause, details: { seconds: this.#statementMs / 1000 } })
  }

  async #transaction<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
    for (let rerun = 0; ; rerun += 1) {
      const tx = new PostgresTransaction(this.#connections, options)
      try {
        return await tx.run(work)
      } catch (error) {
        if (!tx.mayRunAgain || rerun === mostReruns) throw error
      }
      await pauseBeforeRerun(rerun)
    }
  }

  async #connect(): Promise<Connection> {
    try {
      return new Connection(await this.#pool.connect(), this.#known, this.#makers)
    } catch (cause) {
      throw databaseErrors.unavailable({ cause })
    }
  }

  /** One that has just answered: what cannot be run again must not be sent on a connection that died while it was idle. */
  async #connectFresh(): Promise<Connection> {
    for (let rerun = 0; ; rerun += 1) {
      const connection = await this.#connect()
      if (connection.isFresh) return connection
      try {
        await connection.command('select 1')
        return connection
      } catch (error) {
        connection.release()
        if (!isConnectionLost(error) || rerun === this.#pool.options.max) throw error
      }
    }
  }
}

/** A pooled connection may have died while it was idle, and reading twice does no harm. */
function mayReadAgain(error: unknown): boolean {
  return error === notRun || isConnectionLost(error) || mustRerun(error) || isNotPrepared(error)
}

function prepareSession(client: PoolClient, statementMs: number): void {
  client.on('error', () => {}) // reported by the statement that meets it; without a listener it would end the process
  client.query(sessionSettings(statementMs)).catch(() => client.end())
}

/** Waits longer each time and never exactly as long as the other who met the same conflict. */
function pauseBeforeRerun(rerun: number): Promise<void> {
  return sleep(2 ** rerun * (1 + Math.random() * 4))
}
