import { isDeepStrictEqual } from 'node:util'
import { GalleyError } from '../base/error.ts'
import type {
  ColumnShape,
  Database,
  ForeignKeyShape,
  IndexShape,
  Sql,
  SqlDialect,
  TableShape,
} from '../ports/database.ts'
import { databaseErrors } from '../ports/errors.ts'
import { sql } from '../ports/sql.ts'
import type { FillFor } from './change.ts'
import { findColumn } from './column-changes.ts'
import type { TableMatch } from './match-tables.ts'
import { formerName } from './moves.ts'
import { isWidening } from './type-change.ts'

/**
 * What the rows say about a change; undefined where nobody has counted.
 *
 * Tables and columns by the names they have once renames are done.
 */
export interface Facts {
  rowCount(table: string): number | undefined
  /** Rows with a value in the column. */
  valueCount(table: string, column: string): number | undefined
  /** Values, or combinations of values, that occur more than once where an index wants each once. */
  duplicateCount(table: string, index: string): number | undefined
  /** Rows whose value is not the id of a record of the table that a new foreign key refers to. */
  orphanCount(table: string, column: string): number | undefined
}

export const noFacts: Facts = Object.freeze({
  rowCount: () => undefined,
  valueCount: () => undefined,
  duplicateCount: () => undefined,
  orphanCount: () => undefined,
})

/**
 * Counts what is needed to judge changes.
 *
 * @param changed  the tables to look at. @param all  where the tables are that these refer to.
 */
export async function readFacts(
  database: Database,
  changed: readonly TableMatch[],
  all: readonly TableMatch[],
  fillFor: FillFor,
): Promise<Facts> {
  const counts = new Map<string, number>()
  for (const match of changed.filter(exists)) {
    await countValues(database, match, counts)
    await countDuplicates(database, match, fillFor, counts)
    await countOrphans(database, match, all, counts)
  }
  const count = (...key: readonly string[]) => counts.get(key.join(' '))
  return {
    rowCount: (table) => count('rows', table),
    valueCount: (table, column) => count('values', table, column),
    duplicateCount: (table, index) => count('duplicates', table, index),
    orphanCount: (table, column) => count('orphans', table, column),
  }
}

type Counts = Map<string, number>
interface ExistingMatch extends TableMatch {
  readonly before: TableShape
  readonly current: TableShape
}

function exists(match: TableMatch): match is ExistingMatch {
  return match.current !== undefined
}

async function countValues(database: Database, { before, current, after, columnMoves }: ExistingMatch, counts: Counts) {
  const columns = after === undefined ? [] : current.columns.filter((column) => isQuestionable(column, after))
  const counted = columns.map(({ name }) => sql`count(${sql.ref(formerName(columnMoves, name))})`)
  const [rows, ...values] = await countsOf(database, [sql`count(*)`, ...counted], sql`from ${sql.table(before.name)}`)
  if (rows === undefined) return
  counts.set(`rows ${current.name}`, rows)
  for (const [position, { name }] of columns.entries()) {
    counts.set(`values ${current.name} ${name}`, values[position] ?? 0)
  }
}

/** Goes, changes its type, becomes required or refers to something else. */
function isQuestionable(column: ColumnShape, after: TableShape): boolean {
  const wanted = findColumn(after, column.name)
  return !isDeepStrictEqual(wanted, column) || after.foreignKeys.some((key) => key.column === column.name)
}

async function countDuplicates(database: Database, match: ExistingMatch, fillFor: FillFor, counts: Counts) {
  for (const index of match.after?.indexes ?? []) {
    const isNew = !match.current.indexes.some((existing) => isDeepStrictEqual(existing, index))
    if (!index.isUnique || !isNew) continue
    const values = uniqueValues(match, index, fillFor, database.dialect)
    if (values === undefined) continue
    const isSet = values.filter((value) => !value.isNullFilled).map(({ value }) => sql`${value} is not null`)
    const where = sql.join([sql`1 = 1`, ...isSet], sql` and `)
    const groups = values.length === 0 ? sql`` : sql`group by ${sql.join(values.map(({ value }) => value))}`
    const repeated = sql`select count(*) from ${sql.table(match.before.name)} where ${where} ${groups} having count(*) > 1`
    const [found = 0] = await countsOf(database, [sql`count(*)`], sql`from (${repeated}) as repeated`)
    counts.set(`duplicates ${match.current.name} ${index.name}`, found + (await countFilled(database, match, values)))
  }
}

/** Rows that get a value which may be that of another row, in a type in which they cannot be compared yet. */
async function countFilled(database: Database, { before }: ExistingMatch, values: readonly UniqueValue[]) {
  const isFilled = values.filter((value) => value.isNullFilled).map(({ value }) => sql`${value} is null`)
  if (isFilled.length === 0) return 0
  const rows = sql`from ${sql.table(before.name)} where ${sql.join(isFilled, sql` or `)}`
  const [found = 0] = await countsOf(database, [sql`count(*)`], rows)
  return found
}

interface UniqueValue {
  readonly value: Sql
  /** Nulls get a value, the same for all. */
  readonly isNullFilled: boolean
}

/** What will be compared: undefined when nothing can collide or nobody can tell yet. A new column is the same in all rows. */
function uniqueValues(
  { current, after, columnMoves }: ExistingMatch,
  index: IndexShape,
  fillFor: FillFor,
  dialect: SqlDialect,
): readonly UniqueValue[] | undefined {
  const values: UniqueValue[] = []
  for (const name of index.columns) {
    const [old, wanted] = [findColumn(current, name), findColumn(after!, name)!]
    if (old === undefined && wanted.isNullable) return undefined
    if (old === undefined) continue
    const column = sql`${sql.ref(formerName(columnMoves, name))}`
    const fill = wanted.isNullable ? undefined : fillFor(after!.name, name)
    if (old.typeName !== wanted.typeName) {
      if (!isWidening(old.typeName, wanted.typeName, dialect)) return undefined
      values.push({ value: column, isNullFilled: fill !== undefined })
    } else {
      const value = fill === undefined ? column : sql`coalesce(${column}, ${sql.raw(fill)})`
      values.push({ value, isNullFilled: false })
    }
  }
  return values
}

async function countOrphans(database: Database, match: ExistingMatch, matches: readonly TableMatch[], counts: Counts) {
  for (const key of match.after?.foreignKeys ?? []) {
    const old = findColumn(match.current, key.column)
    if (old === undefined || !isNewTarget(key, match.current)) continue
    if (old.typeName !== findColumn(match.after!, key.column)?.typeName) continue
    const column = sql.ref(formerName(match.columnMoves, key.column))
    const target = matches.find(({ after }) => after?.name === key.targetTable)?.before
    const isKnown =
      target === undefined
        ? sql`1 = 0`
        : sql`exists (select 1 from ${sql.table(target.name)} as target where target.id = source.${column})`
    const orphans = sql`from ${sql.table(match.before.name)} as source where source.${column} is not null and not ${isKnown}`
    const [found = 0] = await countsOf(database, [sql`count(*)`], orphans)
    counts.set(`orphans ${match.current.name} ${key.column}`, found)
  }
}

function isNewTarget(key: ForeignKeyShape, current: TableShape): boolean {
  return !current.foreignKeys.some((old) => old.column === key.column && old.targetTable === key.targetTable)
}

const tookTooLong: ReadonlySet<string> = new Set([databaseErrors.statement_timeout.code, databaseErrors.timeout.code])

/** Empty where counting takes too long: nobody has to know, it is only better to. */
async function countsOf(database: Database, counts: readonly Sql[], from: Sql): Promise<readonly number[]> {
  try {
    const [row = []] = await database.read(database.dialect.compile(sql`select ${sql.join(counts)} ${from}`))
    return row.map(Number)
  } catch (error) {
    if (error instanceof GalleyError && tookTooLong.has(error.code)) return []
    throw error
  }
}
