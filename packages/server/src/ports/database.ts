import type { MaybePromise } from '../base/maybe-promise.ts'
import { shortName } from '../base/short-name.ts'
import type { Sql } from './sql.ts'

export type { Sql }

/** One statement as a driver takes it. Equal `text` means the same prepared statement may be used again. */
export interface Statement {
  readonly text: string
  readonly parameters: readonly unknown[]
}

/** A row as an array, in the order of the select list. Values are what the driver gives: string, number, bigint, null, Buffer. */
export type Row = readonly unknown[]

/**
 * A place where records rest.
 *
 * Guarantees, each proven by the contract suite (`testing/database.contract.ts`):
 * - a transaction is all or nothing, and `transaction()` resolves only after its effects are durable;
 * - `read` never sees the effects of a transaction that has not been committed;
 * - two transactions that conflict run as if one came after the other, or one of them is run again from its start;
 * - a failing statement inside `savepoint()` leaves the transaction usable, without the effects of that savepoint;
 * - a failing statement outside of one dooms the transaction: what follows is refused, and it is not committed;
 * - a `Transaction` refuses every statement once its work has returned, thrown or run out of time;
 * - errors about constraints arrive as `ConstraintError`, unreachable or overloaded databases as `database_unavailable`.
 */
export interface Database {
  readonly dialect: SqlDialect
  /**
   * Runs one reading statement outside any transaction. It sees every transaction that was acknowledged before it was asked.
   *
   * A statement that takes long keeps neither this process nor other statements from going on (but for SQLite in memory).
   * @throws database_statement_timeout  when it takes longer than the database was opened for (default 10 000 ms).
   * @throws database_reads_busy         when too many that take long are under way.
   */
  read(statement: Statement): MaybePromise<readonly Row[]>
  /**
   * Runs `work` in one transaction; commits when it returns, rolls back when it throws, and then throws the same error.
   *
   * `work` may run more than once: busy, deadlock and serialization failures start it again (at most 5 times).
   * @throws database_timeout  when `work` has not returned after `timeoutMs` (default 10 000).
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * Runs one writing statement as a transaction by itself, with the defaults of `transaction`.
   *
   * Absent where a transaction with one statement costs no more.
   */
  write?(statement: Statement): Promise<readonly Row[]>
  /**
   * A number that is another one once somebody else has committed: another process, or another `Database` in this one.
   * Own commits leave it as it is. Costs about a microsecond; absent where the question would have to travel.
   */
  foreignCommits?(): number
  /** The tables, columns, indexes and foreign keys that exist now, of the named tables only. Absent tables are left out. */
  readTables(names: readonly string[]): Promise<readonly TableShape[]>
  /** Resolves when a statement can be run, throws `database_unavailable` otherwise. */
  ping(): Promise<void>
  /** Waits for running transactions, then releases every connection. Safe to call twice. */
  close(): Promise<void>
}

export interface TransactionOptions {
  /** How long `work` may take, and before that how long it may wait for others. Default 10 000, at most 2^31 - 1. */
  readonly timeoutMs?: number
  /**
   * `exclusive`: no other process runs an exclusive transaction meanwhile (used by migrations). Default `shared`.
   * In an exclusive one, SQLite checks foreign keys only when it commits, and does not do what their `on delete` says.
   */
  readonly lock?: 'shared' | 'exclusive'
}

export interface Transaction {
  /** Runs one statement and returns its rows (of `select` or `returning`). */
  query(statement: Statement, options?: QueryOptions): MaybePromise<readonly Row[]>
  /** Runs one statement and returns the number of rows it changed. */
  execute(statement: Statement): MaybePromise<number>
  /** Runs text of one or many statements without parameters, e.g. a migration. */
  script(text: string): MaybePromise<void>
  /** Runs `work` so that its failure undoes only its own effects. */
  savepoint<T>(work: () => Promise<T>): Promise<T>
  /**
   * Takes a lock on a name until the end of the transaction; false when another transaction holds it.
   * Never waits.
   */
  tryLock(name: string): MaybePromise<boolean>
}

export interface QueryOptions {
  /**
   * Nothing that comes after the statement may undo it: the transaction may be committed together with it, in one round trip.
   *
   * What its work runs after that all the same is a transaction of its own. Default false.
   */
  readonly isLast?: boolean
}

/** Which promise of the schema a statement broke. */
export type ConstraintKind = 'unique' | 'foreignKey' | 'notNull' | 'check'

/** A statement broke a constraint; `operations` turns it into the answer the caller may see. */
export class ConstraintError extends Error {
  readonly kind: ConstraintKind
  /** Table the statement wrote to, where the database tells. */
  readonly table: string | undefined
  /** Columns of a unique constraint, where the database tells. */
  readonly columns: readonly string[]
  /** Name of the constraint, where the database tells. */
  readonly constraint: string | undefined

  constructor(
    kind: ConstraintKind,
    about: { table?: string; columns?: readonly string[]; constraint?: string; cause?: unknown } = {},
  ) {
    super(`a ${kind} constraint was broken`, { cause: about.cause })
    this.name = 'ConstraintError'
    this.kind = kind
    this.table = about.table
    this.columns = about.columns ?? []
    this.constraint = about.constraint
  }
}

/** How a value rests. A closed vocabulary: dialects answer for each kind in exhaustive tables. */
export type ColumnKind = 'id' | 'text' | 'integer' | 'real' | 'decimal' | 'boolean' | 'instant' | 'date' | 'json'

/** What a dialect needs to know of a column to write and read it. */
export interface ColumnType {
  readonly kind: ColumnKind
  /** Digits in all and after the point; only of `decimal`. */
  readonly precision?: number
  readonly scale?: number
}

/** A member of a JSON object: a column, which is written in the cheapest way there is, or any JSON expression. */
export type JsonEntry = readonly [key: string, value: Sql | JsonColumn]

export interface JsonColumn {
  readonly type: ColumnType
  readonly column: Sql
  readonly isNullable: boolean
}

/** How SQL differs between databases. Differences are questions here; nothing else asks which database it is. */
export interface SqlDialect {
  readonly name: string
  /** Whether what lies behind a reference is found more quickly by a left join than by a subselect for each row. */
  readonly prefersJoins: boolean
  /** Whether statements of a transaction that are sent without waiting for each other's answers share a round trip. */
  readonly sharesRoundTrips: boolean
  /** Turns SQL into the text and parameters of this database. */
  compile(query: Sql): Statement

  // ── values
  /** A value in its JSON form (an instant as ISO text, a decimal as text, json as any value) as a driver parameter. */
  encode(type: ColumnType, value: unknown): unknown
  /** A driver value back in its JSON form: for cursors and aggregates. */
  decode(type: ColumnType, value: unknown): unknown
  /** `parameter` (already encoded) as an expression of the column's type, for databases that need it said. */
  cast(type: ColumnType, parameter: Sql): Sql

  // ── JSON made by the database
  // A JSON expression is made by `json`, `jsonObject` or `jsonArray`, and is not a text to compare with. NULL is null.
  /** An expression that is the column's value inside `jsonObject`. */
  json(type: ColumnType, column: Sql): Sql
  jsonObject(entries: readonly JsonEntry[]): Sql
  /** `object` with more members, each of which is left out where its condition is not true. */
  jsonObjectWithOptional(always: readonly JsonEntry[], optional: readonly { entry: JsonEntry; when: Sql }[]): Sql
  /** All rows of `subquery` (one column named `item`, already JSON, in order) as a JSON array; empty array when none. */
  jsonArray(subquery: Sql): Sql
  /** JSON as the text that goes to the caller. */
  jsonText(json: Sql): Sql

  // ── predicates
  /** `list` is one parameter made by `encodeList`. */
  inList(type: ColumnType, column: Sql, list: Sql): Sql
  encodeList(type: ColumnType, values: readonly unknown[]): unknown
  /** Text predicates; `value` is the plain text, escaping is the dialect's business. */
  contains(column: Sql, value: Sql): Sql
  containsIgnoringCase(column: Sql, value: Sql): Sql
  startsWith(column: Sql, value: Sql): Sql
  endsWith(column: Sql, value: Sql): Sql
  /** Whether a JSON array of scalars has `value` (a parameter made by `encodeJsonScalar`) as an element. */
  listHas(column: Sql, value: Sql): Sql
  /**
   * Whether a JSON array has one of the elements of `list`, a parameter with a JSON array as text. Elements may be objects, whose members
   * are written in the same order in both.
   */
  listHasAny(column: Sql, list: Sql): Sql
  encodeJsonScalar(value: unknown): unknown

  // ── order
  /** Nulls are smallest: first ascending, last descending. */
  orderBy(expression: Sql, direction: 'asc' | 'desc', isNullable: boolean): Sql

  // ── search
  /**
   * Full-text search of `table` under `alias` for a parameter made by `encodeSearch`. One statement filters and orders with it:
   * `from <table> as <alias> <join> where <matches> order by <rank> desc`. `join` may be empty; rank: higher is better.
   */
  search(table: string, alias: string, query: Sql): { readonly join: Sql; readonly matches: Sql; readonly rank: Sql }
  /** Words the caller typed as this database's query: all must match, the last as a prefix; undefined when there is no word in it. */
  encodeSearch(words: string): unknown

  // ── locks and writes
  /** Appended to a select that precedes an update in the same transaction; empty where the writer is alone anyway. */
  readonly forUpdate: Sql
  /** The same, but rows that another transaction holds are left out of the answer instead of waited for. */
  readonly forUpdateOfFree: Sql
  /** Estimated rows of a whole table, or undefined where the database keeps no estimate. */
  estimateRows(table: string): Sql | undefined

  // ── plans
  /** Asks how a statement would be run. Some databases run it for that, so it is for reads only. */
  explain(statement: Statement): Statement
  /** Statement that teaches the planner about new rows, where servers do that by themselves after a while. */
  readonly gatherStatistics: string | undefined
  /** What the rows of `explain` say. */
  planSteps(rows: readonly Row[]): readonly PlanStep[]

  // ── aggregates; results pass through `decode`
  /**
   * Exact for integers and decimals. `decode` it with `type`; a sum of integers beyond 2^53 comes as text.
   * SQLite adds in 64 bits: beyond them (9.2e18, in units of the last digit of a decimal) the statement fails.
   */
  sum(type: ColumnType, column: Sql): Sql
  /** `decode` it as `real`. */
  average(type: ColumnType, column: Sql): Sql
  /** The first instant of the unit that holds the instant or date, as an instant or date of the same type. */
  truncate(type: ColumnType, column: Sql, unit: 'year' | 'month' | 'day'): Sql

  // ── schema
  /** The database's own name of a column's type, exactly as `readTables` reports it. */
  typeName(type: ColumnType): string
  readonly schema: SchemaDialect
}

/** One step of how a database runs a statement; those inside it are run for it. */
export interface PlanStep {
  /**
   * `scan` reads rows from one end on, `search` a stretch of an index. `sort` takes all rows of its neighbours before it gives one.
   * `subquery` runs what is inside once, `perRow` for each row of its neighbours. `other` costs nothing by itself.
   */
  readonly kind: 'scan' | 'search' | 'sort' | 'subquery' | 'perRow' | 'other'
  /** Name that the statement gives to the table that is read. */
  readonly alias?: string
  /** Of a `search`: columns whose value is given. */
  readonly equalColumns?: readonly string[]
  /** How many rows it read, where the database has run the statement to tell. */
  readonly rowsRead?: number
  readonly inside: readonly PlanStep[]
}

/**
 * A table as it is or should be; names are snake_case.
 *
 * `readTables` gives columns as they stand in the table (new ones last), and indexes and foreign keys by name.
 */
export interface TableShape {
  readonly name: string
  readonly columns: readonly ColumnShape[]
  readonly indexes: readonly IndexShape[]
  readonly foreignKeys: readonly ForeignKeyShape[]
  /** Columns of the primary key; `['id']` for collections. */
  readonly primaryKey: readonly string[]
  /** Text columns that can be searched; undefined when none. */
  readonly search?: readonly string[]
}

export interface ColumnShape {
  readonly name: string
  readonly typeName: string
  readonly isNullable: boolean
}

export interface IndexShape {
  readonly name: string
  readonly columns: readonly string[]
  readonly isUnique: boolean
  /** Rows without a value in the first column are not in it: they cost nothing there. Default: all rows are. */
  readonly isSparse?: true
}

export interface ForeignKeyShape {
  /** `foreignKeyName(table, column)`, on every database. */
  readonly name: string
  readonly column: string
  readonly targetTable: string
  readonly onDelete: 'restrict' | 'cascade' | 'setNull'
}

/** The name of a foreign key follows from where it is, because SQLite cannot tell it. */
export function foreignKeyName(table: string, column: string): string {
  return shortName(`${table}_${column}_fk`)
}

/** How the schema changes: one question per change, each answered with the statements that make it. */
export interface SchemaDialect {
  createTable(table: TableShape): readonly string[]
  dropTable(table: TableShape): readonly string[]
  renameTable(table: TableShape, to: string): readonly string[]
  /**
   * `fill` is an SQL literal for existing rows; required when the column is not nullable.
   * A foreign key of the column that is in `table` is made with it.
   */
  addColumn(table: TableShape, column: ColumnShape, fill: string | undefined): readonly string[]
  /** Indexes, the foreign key and the search that `table` has with the column lose it: indexes go, search keeps the others. */
  dropColumn(table: TableShape, column: ColumnShape): readonly string[]
  /** Indexes and search follow, a foreign key gets its new name. So it is with `renameTable`. */
  renameColumn(table: TableShape, from: string, to: string): readonly string[]
  createIndex(table: TableShape, index: IndexShape): readonly string[]
  dropIndex(table: TableShape, index: IndexShape): readonly string[]
  /**
   * Changes a table in ways the simpler calls cannot (type, nullability, foreign keys, search), until it is `to`.
   *
   * `fills` gives SQL expressions for columns whose old value does not do: all of a column that is new or whose type changes, else
   * only what is null. A changed type without one is converted; what has no counterpart makes the statements fail.
   */
  reshapeTable(from: TableShape, to: TableShape, fills: Readonly<Record<string, string>>): readonly string[]
  /** Whether `reshapeTable` from `from` to `to` copies every row (the plan says so to the reader). */
  rewritesTable(from: TableShape, to: TableShape): boolean
  /** A JSON-form value as an SQL literal, for fills. */
  literal(type: ColumnType, value: unknown): string
}
