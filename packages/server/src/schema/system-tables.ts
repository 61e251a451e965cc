import type { ColumnType, SqlDialect, TableShape } from '../ports/database.ts'
import { indexName } from './index-name.ts'

/** A table that Galley keeps for itself. Keys of `columns` are the names in the database. */
export interface SystemTable<Column extends string = string> {
  readonly name: string
  readonly columns: Readonly<Record<Column, ColumnType>>
  readonly optional: readonly Column[]
  readonly primaryKey: readonly Column[]
  readonly indexes: readonly (readonly Column[])[]
  readonly uniqueIndexes: readonly (readonly Column[])[]
  /** Indexes that begin with one of these have only the rows that have a value in it. */
  readonly sparse?: readonly Column[]
}

const id = { kind: 'id' } as const
const text = { kind: 'text' } as const
const integer = { kind: 'integer' } as const
const json = { kind: 'json' } as const
const instant = { kind: 'instant' } as const

/** What the installation remembers about itself, by key. */
export const settingsTable = systemTable('galley_settings', {
  columns: { key: text, value: json },
  primaryKey: ['key'],
})

/** Answers to requests with an Idempotency-Key. `actor` is '' for anonymous. */
export const receiptsTable = systemTable('galley_receipts', {
  columns: {
    actor: text,
    key: text,
    fingerprint: text,
    status: integer,
    headers: json,
    body: text,
    created_at: instant,
  },
  primaryKey: ['actor', 'key'],
  indexes: [['created_at']],
})

/**
 * Events and jobs, stored by the transaction that caused them. `kind` is `event` or `job`; ids sort by time.
 *
 * Nobody delivers an entry before `due_at`; whoever delivers it moves that to when somebody else may take over. An entry that was
 * given up has none, but `failed_at`.
 */
export const outboxTable = systemTable('galley_outbox', {
  columns: {
    id,
    kind: text,
    name: text,
    collection: text,
    record_id: id,
    actor: text,
    payload: json,
    created_at: instant,
    attempts: integer,
    due_at: instant,
    failed_at: instant,
    last_error: text,
  },
  // Those of the delivery are optional so that they can be added to a table that has entries.
  optional: ['collection', 'record_id', 'actor', 'attempts', 'due_at', 'failed_at', 'last_error'],
  primaryKey: ['id'],
  indexes: [['name', 'due_at']],
})

/**
 * Jobs, of the queue that rests in the application's database.
 *
 * `state` is `ready` (may be taken), `later` (not before `due_at`), `blocked` (others of its lane come first), `running`, `done`, `dead` or
 * `cancelled`. `due_at` is the moment that the state waits for: to be taken, to be ready, that the lease ends, or to be removed. `rank` is
 * the priority of what is ready, else 0, so that the first of each is found by one look into the index. `lane` holds name and key of what
 * has a key and has not ended; one job of it at a time has its turn.
 */
export const jobsTable = systemTable('galley_jobs', {
  columns: {
    id,
    name: text,
    state: text,
    rank: integer,
    due_at: instant,
    priority: integer,
    input: json,
    key: text,
    lane: text,
    has_turn: integer,
    unique_key: text,
    added_at: instant,
    run_at: instant,
    fence: integer,
    failures: integer,
    holder: text,
    progress: integer,
    is_cancelled: integer,
    finished_at: instant,
    last_error: text,
  },
  optional: ['key', 'lane', 'has_turn', 'unique_key', 'holder', 'finished_at', 'last_error'],
  primaryKey: ['id'],
  indexes: [
    ['state', 'name', 'rank', 'due_at', 'id'],
    ['lane', 'has_turn', 'id'],
  ],
  uniqueIndexes: [['unique_key']],
  sparse: ['lane', 'unique_key'],
})

/** The journal: what was applied, in the order of `position`. `tables` are the names of all tables it left behind. */
export const migrationsTable = systemTable('galley_migrations', {
  columns: {
    name: text,
    position: integer,
    kind: text,
    checksum: text,
    script: text,
    down: text,
    tables: json,
    applied_at: instant,
    took_ms: integer,
  },
  optional: ['down'],
  primaryKey: ['name'],
})

export const systemTables: readonly SystemTable[] = Object.freeze([
  settingsTable,
  receiptsTable,
  outboxTable,
  jobsTable,
  migrationsTable,
])

/** The table as the diff sees it. */
export function systemTableShape(table: SystemTable, dialect: SqlDialect): TableShape {
  return {
    name: table.name,
    columns: Object.entries(table.columns).map(([name, type]) => ({
      name,
      typeName: dialect.typeName(type),
      isNullable: table.optional.includes(name),
    })),
    indexes: [...indexShapes(table, table.indexes, false), ...indexShapes(table, table.uniqueIndexes, true)],
    foreignKeys: [],
    primaryKey: table.primaryKey,
  }
}

function indexShapes({ name, sparse = [] }: SystemTable, indexes: readonly (readonly string[])[], isUnique: boolean) {
  return indexes.map((columns) => ({
    name: indexName(name, columns, isUnique),
    columns,
    isUnique,
    ...(sparse.includes(columns[0]!) && { isSparse: true as const }),
  }))
}

function systemTable<const Columns extends Readonly<Record<string, ColumnType>>>(
  name: string,
  parts: { readonly columns: Columns } & Pick<SystemTable<keyof Columns & string>, 'primaryKey'> &
    Partial<SystemTable<keyof Columns & string>>,
): SystemTable<keyof Columns & string> {
  return Object.freeze({ optional: [], indexes: [], uniqueIndexes: [], ...parts, name })
}
