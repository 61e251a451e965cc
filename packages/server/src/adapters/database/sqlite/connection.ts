import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { remembering } from '../../../base/remembering.ts'
import type { Row, Statement } from '../../../ports/database.ts'
import { portErrorFrom } from './errors.ts'

const keptStatements = 256

/** One open SQLite connection: statements prepared once per text, rows as arrays, errors in the words of the port. */
export class Connection {
  readonly #database: DatabaseSync
  readonly #file: string
  readonly #prepared: (text: string) => StatementSync
  #dataVersion: StatementSync | undefined

  constructor(database: DatabaseSync, file: string) {
    this.#database = database
    this.#file = file
    this.#prepared = remembering((text) => prepare(database, text), { capacity: keptStatements })
  }

  get isInTransaction(): boolean {
    return this.#database.isTransaction
  }

  query(statement: Statement): readonly Row[] {
    try {
      const rows = this.#prepared(statement.text).all(...(statement.parameters as SQLInputValue[]))
      return withPlainIntegers(rows as unknown as unknown[][]) // `setReturnArrays` is not in the types
    } catch (error) {
      throw portErrorFrom(error, this.#file)
    }
  }

  /** Runs a statement that will not be run again soon: it takes no place among those that are kept. */
  queryOnce(statement: Statement): readonly Row[] {
    try {
      const rows = prepare(this.#database, statement.text).all(...(statement.parameters as SQLInputValue[]))
      return withPlainIntegers(rows as unknown as unknown[][])
    } catch (error) {
      throw portErrorFrom(error, this.#file)
    }
  }

  /** Returns the number of rows that the statement inserted, updated or deleted itself. */
  execute(statement: Statement): number {
    try {
      const { changes } = this.#prepared(statement.text).run(...(statement.parameters as SQLInputValue[]))
      return Number(changes)
    } catch (error) {
      throw portErrorFrom(error, this.#file)
    }
  }

  /** Runs one statement of our own that has no parameters and no rows of interest. */
  command(text: string): void {
    this.execute({ text, parameters: [] })
  }

  /** Another number once another connection has committed. */
  dataVersion(): number {
    try {
      this.#dataVersion ??= prepare(this.#database, 'pragma data_version')
      return Number(this.#dataVersion.get()![0])
    } catch (error) {
      throw portErrorFrom(error, this.#file)
    }
  }

  script(text: string): void {
    try {
      this.#database.exec(text)
    } catch (error) {
      throw portErrorFrom(error, this.#file)
    }
  }

  close(): void {
    this.#database.close()
  }
}

function prepare(database: DatabaseSync, text: string): StatementSync {
  const statement = database.prepare(text)
  statement.setReturnArrays(true)
  statement.setReadBigInts(true) // otherwise an integer beyond 2^53 throws, after an insert with `returning` has been done
  return statement
}

function withPlainIntegers(rows: unknown[][]): readonly Row[] {
  for (const row of rows) {
    for (let index = 0; index < row.length; index += 1) {
      const value = row[index]
      if (typeof value === 'bigint') row[index] = plainInteger(value)
    }
  }
  return rows
}

function plainInteger(value: bigint): number | bigint {
  const plain = Number(value)
  return Number.isSafeInteger(plain) ? plain : value
}
