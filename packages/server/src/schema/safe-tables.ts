import type { ColumnShape, SqlDialect, TableShape } from '../ports/database.ts'
import { findColumn } from './column-changes.ts'
import type { Comparison } from './compare.ts'
import type { Obstacle } from './find-obstacles.ts'
import { type Moves, renamedTable, withColumnMoves } from './match-tables.ts'
import { formerName, type Move, movedName } from './moves.ts'
import { isWidening } from './type-change.ts'

/**
 * The tables that come nearest to those that should be without losing a value, failing on a row or guessing a rename.
 *
 * What would be dropped stays, optional from now on, so that new rows can do without it.
 */
export function safeTables(comparison: Comparison): readonly TableShape[] {
  const { matches } = comparison
  const later = laterTables(comparison)
  return matches.flatMap(({ before, current, after, columnMoves }) => {
    if (before === undefined || current === undefined)
      return after === undefined || later.has(after.name) ? [] : [after]
    if (after === undefined) return [renamedTable(current, before.name)]
    return [safeTable(current, after, { ...comparison, later, columnMoves })]
  })
}

/** The moves that end at safe tables: a column that stays under its name does not move. */
export function safeMoves({ matches, moves }: Comparison, tables: readonly TableShape[]): Moves {
  const find = (name: string) => tables.find((table) => table.name === name)
  const columns = matches.flatMap(({ after, columnMoves }) => {
    const table = after && find(after.name)
    if (table === undefined) return []
    return [[table.name, columnMoves.filter((move) => findColumn(table, move.to) !== undefined)] as const]
  })
  return { tables: moves.tables.filter((move) => find(move.to) !== undefined), columns: new Map(columns) }
}

/** New tables that have to wait: for an answer, for their name, or for another table that waits. */
function laterTables({ matches, questions, moves }: Comparison): ReadonlySet<string> {
  const dropped = matches.flatMap(({ before, after }) => (after === undefined && before?.name) || [])
  const replaced = dropped.map((name) => movedName(moves.tables, name))
  const asked = questions.filter((question) => question.columns.length === 0).map((question) => question.table)
  const created = matches.flatMap(({ current, after }) => (current === undefined && after) || [])
  const later = new Set([...replaced, ...asked])
  const waits = (table: TableShape) =>
    !later.has(table.name) && table.foreignKeys.some((key) => later.has(key.targetTable))
  for (let next = created.find(waits); next !== undefined; next = created.find(waits)) later.add(next.name)
  return later
}

interface Context extends Pick<Comparison, 'obstacles' | 'questions' | 'dialect'> {
  /** Tables that cannot be made yet. */
  readonly later: ReadonlySet<string>
  readonly columnMoves: readonly Move[]
}

function safeTable(current: TableShape, after: TableShape, context: Context): TableShape {
  const { obstacles } = context
  const isBlocked = (kind: Obstacle['kind'], name: string) =>
    obstacles.some((one) => one.kind === kind && one.table === after.name && one.name === name)
  const kept = keptPart(current, after, context.columnMoves)
  const isFree = (name: string) => !kept.columns.some((column) => column.name === name)
  const wanted = after.columns
    .filter((column) => isFree(column.name))
    .flatMap((column) => safeColumn(column, current, after, context))
  const isAsWanted = (name: string) =>
    wanted.some((column) => column.name === name && column.typeName === findColumn(after, name)?.typeName)

  const search = after.search?.filter(isAsWanted) ?? []
  const { search: _, ...rest } = after
  return {
    ...rest,
    columns: [...wanted, ...kept.columns],
    indexes: after.indexes.filter((index) => index.columns.every(isAsWanted) && !isBlocked('repeated', index.name)),
    foreignKeys: [
      ...after.foreignKeys
        .filter((key) => isAsWanted(key.column) && !isBlocked('orphaned', key.column))
        .filter((key) => !context.later.has(key.targetTable)),
      ...kept.foreignKeys,
    ],
    ...(search.length === 0 ? {} : { search }),
  }
}

/** What would be dropped, under the name it had, so that it makes no room for another before it may go. */
function keptPart(
  current: TableShape,
  after: TableShape,
  columnMoves: readonly Move[],
): Pick<TableShape, 'columns' | 'foreignKeys'> {
  const isTaken = (name: string) => findColumn(current, name) !== undefined
  const moves = current.columns
    .filter((column) => findColumn(after, column.name) === undefined)
    .map(({ name }) => ({ from: name, to: formerName(columnMoves, name) }))
    .map(({ from, to }) => ({ from, to: isTaken(to) ? from : to }))
  const { columns, foreignKeys } = withColumnMoves(current, moves)
  const isKept = (name: string) => moves.some((move) => move.to === name)
  return {
    columns: columns.filter((column) => isKept(column.name)).map((column) => ({ ...column, isNullable: true })),
    foreignKeys: foreignKeys.filter((key) => isKept(key.column)),
  }
}

/** As wanted, as it was, or not yet. */
function safeColumn(
  column: ColumnShape,
  current: TableShape,
  after: TableShape,
  { obstacles, questions, dialect }: Context,
): readonly ColumnShape[] {
  const isMissing = obstacles.some(
    (one) => one.kind === 'missing' && one.table === after.name && one.name === column.name,
  )
  const isAsked = questions.some((one) => one.table === after.name && one.columns.includes(column.name))
  const old = findColumn(current, column.name)
  if (old === undefined) return isMissing || isAsked ? [] : [column]
  if (!keepsValues(old, column, dialect)) return [{ ...old, isNullable: old.isNullable || column.isNullable }]
  return [{ ...column, isNullable: column.isNullable || isMissing }]
}

function keepsValues(old: ColumnShape, column: ColumnShape, dialect: SqlDialect): boolean {
  return old.typeName === column.typeName || isWidening(old.typeName, column.typeName, dialect)
}
