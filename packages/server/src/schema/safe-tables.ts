import type { ColumnShape, SqlDialect, TableShape } from '../ports/database.ts'
import { findColumn } from './column-changes.ts'
import type { Obstacle } from './find-obstacles.ts'
import type { Question } from './find-questions.ts'
import type { TableMatch } from './match-tables.ts'
import { isWidening } from './type-change.ts'

/** What stands between the tables that are and those that should be. */
export interface Reservations {
  readonly obstacles: readonly Obstacle[]
  readonly questions: readonly Question[]
}

/**
 * The tables that come nearest to those that should be without losing a value, failing on a row or guessing a rename.
 *
 * What would be dropped stays, optional from now on, so that new rows can do without it.
 */
export function safeTables(
  matches: readonly TableMatch[],
  reservations: Reservations,
  dialect: SqlDialect,
): readonly TableShape[] {
  const replaced = new Set(matches.flatMap(({ before, after }) => (after === undefined && before?.name) || []))
  const isAsked = (table: string) =>
    reservations.questions.some((question) => question.table === table && question.columns.length === 0)
  return matches.flatMap(({ before, current, after }) => {
    if (current === undefined)
      return after === undefined || replaced.has(after.name) || isAsked(after.name) ? [] : [after]
    if (after === undefined) return before === undefined ? [] : [{ ...current, name: before.name }]
    return [safeTable(current, after, reservations, dialect)]
  })
}

function safeTable(
  current: TableShape,
  after: TableShape,
  { obstacles, questions }: Reservations,
  dialect: SqlDialect,
): TableShape {
  const isBlocked = (kind: Obstacle['kind'], name: string) =>
    obstacles.some((one) => one.kind === kind && one.table === after.name && one.name === name)
  const isAsked = (name: string) => questions.some((one) => one.table === after.name && one.columns.includes(name))

  const wanted = after.columns.flatMap((column): readonly ColumnShape[] => {
    const old = findColumn(current, column.name)
    if (old === undefined) return isBlocked('missing', column.name) || isAsked(column.name) ? [] : [column]
    return [
      {
        name: column.name,
        typeName: keepsValues(old, column, dialect) ? column.typeName : old.typeName,
        isNullable: column.isNullable || isBlocked('missing', column.name),
      },
    ]
  })
  const kept = current.columns
    .filter((column) => findColumn(after, column.name) === undefined)
    .map((column) => ({ ...column, isNullable: true }))
  const columns = [...wanted, ...kept]
  const isThere = (name: string) => columns.some((column) => column.name === name)
  const foreignKeys = [
    ...after.foreignKeys.filter((key) => isThere(key.column) && !isBlocked('orphaned', key.column)),
    ...current.foreignKeys.filter((key) => kept.some((column) => column.name === key.column)),
  ]
  const search = after.search?.filter(isThere) ?? []
  const { search: _, ...rest } = after
  return {
    ...rest,
    columns,
    indexes: after.indexes.filter((index) => index.columns.every(isThere) && !isBlocked('repeated', index.name)),
    foreignKeys,
    ...(search.length === 0 ? {} : { search }),
  }
}

function keepsValues(old: ColumnShape, column: ColumnShape, dialect: SqlDialect): boolean {
  return old.typeName === column.typeName || isWidening(old.typeName, column.typeName, dialect)
}
