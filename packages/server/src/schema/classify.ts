import { isDeepStrictEqual } from 'node:util'
import type { ColumnShape, ForeignKeyShape, IndexShape, SqlDialect, TableShape } from '../ports/database.ts'
import type { Change, ChangeKind, ChangeOf } from './change.ts'
import { findColumn } from './column-changes.ts'
import { count, plural } from './count.ts'
import type { Facts } from './read-facts.ts'
import { isWidening } from './type-change.ts'

/**
 * What a change means for those who use the database meanwhile.
 *
 * `rewrites the table`: every row is copied. `locks`: others wait while rows are read or an index is built. `loses data`: what
 * is gone cannot be brought back by going back.
 */
export type ChangeClass = 'safe' | 'rewrites the table' | 'locks' | 'loses data'

/** One thing a change does, in plain words. */
export interface Note {
  readonly class: ChangeClass
  readonly sentence: string
}

/** Says all that a change does. */
export function classify(change: Change, facts: Facts, dialect: SqlDialect): readonly Note[] {
  const notesOf = classifiers[change.kind] as (change: Change, facts: Facts, dialect: SqlDialect) => readonly Note[]
  return notesOf(change, facts, dialect)
}

type Classifier<Kind extends ChangeKind> = (
  change: ChangeOf<Kind>,
  facts: Facts,
  dialect: SqlDialect,
) => readonly Note[]

const classifiers: { readonly [Kind in ChangeKind]: Classifier<Kind> } = {
  createTable: ({ table }) => [safe(`creates table ${table.name}`)],
  dropTable: ({ table }, facts) => [loses(`drops table ${table.name}: ${are(facts.rowCount(table.name), 'row')} lost`)],
  renameTable: ({ table, to }) => [safe(`renames table ${table.name} to ${to}, with all its rows`)],
  addColumn: ({ table, column, fill }, facts) => [addedColumn(table, column, fill, facts)],
  dropColumn: ({ table, column }, facts) => [droppedColumn(table, column, facts)],
  renameColumn: ({ table, from, to }) => [
    safe(`renames column ${from} of ${table.name} to ${to}, with all its values`),
  ],
  createIndex: ({ table, index }) => [createdIndex(table, index)],
  dropIndex: ({ table, index }) => [
    safe(`removes the ${index.isUnique ? 'unique index' : 'index'} on ${table.name} (${index.columns.join(', ')})`),
  ],
  reshapeTable: ({ table, to, fills }, facts, dialect) => [
    ...to.columns.flatMap((column) => columnNotes(table, to, column, fills[column.name], facts, dialect)),
    ...table.columns
      .filter((column) => findColumn(to, column.name) === undefined)
      .map((column) => droppedColumn(table, column, facts)),
    ...foreignKeyNotes(table, to),
    ...searchNotes(table, to),
    ...rewriteNotes(table, to, facts, dialect),
  ],
}

const safe = (sentence: string): Note => ({ class: 'safe', sentence })
const locks = (sentence: string): Note => ({ class: 'locks', sentence })
const loses = (sentence: string): Note => ({ class: 'loses data', sentence })

function addedColumn(table: TableShape, column: ColumnShape, fill: string | undefined, facts: Facts): Note {
  const target = table.foreignKeys.find((key) => key.column === column.name)?.targetTable
  const reference = target === undefined ? '' : `, which refers to ${target}`
  const filled = fill === undefined ? '' : `, with its default in ${count(facts.rowCount(table.name), 'existing row')}`
  return safe(`adds column ${column.name} to ${table.name}${reference}${filled}`)
}

function droppedColumn(table: TableShape, column: ColumnShape, facts: Facts): Note {
  const values = facts.valueCount(table.name, column.name)
  return loses(`drops column ${column.name} of ${table.name}: ${are(values, 'value')} lost`)
}

function createdIndex(table: TableShape, index: IndexShape): Note {
  const place = `${table.name} (${index.columns.join(', ')})`
  const what = index.isUnique ? `makes ${place} unique` : `adds an index on ${place}`
  return locks(what)
}

function columnNotes(
  from: TableShape,
  to: TableShape,
  column: ColumnShape,
  fill: string | undefined,
  facts: Facts,
  dialect: SqlDialect,
): readonly Note[] {
  const old = findColumn(from, column.name)
  if (old === undefined) return [addedColumn(to, column, fill, facts)]
  return [...typeNotes(from, old, column, dialect), ...nullabilityNotes(from, old, column, fill)]
}

function typeNotes(table: TableShape, old: ColumnShape, column: ColumnShape, dialect: SqlDialect): readonly Note[] {
  if (old.typeName === column.typeName) return []
  const what = `changes column ${column.name} of ${table.name} from ${old.typeName} to ${column.typeName}`
  if (isWidening(old.typeName, column.typeName, dialect)) return [locks(what)]
  return [loses(`${what}: a value that does not fit is cut, or stops the migration`)]
}

function nullabilityNotes(
  table: TableShape,
  old: ColumnShape,
  column: ColumnShape,
  fill: string | undefined,
): readonly Note[] {
  if (old.isNullable === column.isNullable) return []
  const name = `${column.name} of ${table.name}`
  if (column.isNullable) return [safe(`makes column ${name} optional`)]
  const filled = fill === undefined ? '' : ', with its default where there was nothing'
  return [locks(`makes column ${name} required${filled}`)]
}

function foreignKeyNotes(from: TableShape, to: TableShape): readonly Note[] {
  const added = to.foreignKeys.filter((key) => isChangedKey(key, from, to))
  const removed = from.foreignKeys.filter(
    (key) => findColumn(to, key.column) !== undefined && !to.foreignKeys.some((other) => other.column === key.column),
  )
  return [
    ...added.map((key) =>
      locks(`ties column ${key.column} of ${to.name} to ${key.targetTable}, ${onDeleteWords[key.onDelete]}`),
    ),
    ...removed.map((key) => safe(`unties column ${key.column} of ${to.name} from ${key.targetTable}`)),
  ]
}

/** New, or other than before; that of a new column is told with the column. */
function isChangedKey(key: ForeignKeyShape, from: TableShape, to: TableShape): boolean {
  const isOfNewColumn = findColumn(from, key.column) === undefined && findColumn(to, key.column) !== undefined
  return !isOfNewColumn && !from.foreignKeys.some((old) => isDeepStrictEqual(old, key))
}

const onDeleteWords: Readonly<Record<ForeignKeyShape['onDelete'], string>> = {
  restrict: 'where nothing that is referred to can be deleted',
  cascade: 'deleted together',
  setNull: 'cleared when that is deleted',
}

function searchNotes(from: TableShape, to: TableShape): readonly Note[] {
  if (isDeepStrictEqual(from.search, to.search)) return []
  if (to.search === undefined) return [safe(`ends the search in ${to.name}`)]
  return [locks(`makes ${to.name} searchable by ${to.search.join(', ')}`)]
}

function rewriteNotes(from: TableShape, to: TableShape, facts: Facts, dialect: SqlDialect): readonly Note[] {
  if (!dialect.schema.rewritesTable(from, to)) return []
  const rows = facts.rowCount(from.name)
  return [{ class: 'rewrites the table', sentence: `copies ${count(rows, 'row')} of ${from.name} into a new table` }]
}

/** `its 1 204 values are` */
function are(number: number | undefined, one: string): string {
  if (number === undefined) return `its ${one}s are`
  return number === 0 ? `no ${one}s are` : `its ${count(number, one)} ${plural(number, 'is', 'are')}`
}
