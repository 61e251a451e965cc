import type { ColumnShape, SqlDialect, TableShape } from '../ports/database.ts'
import { findColumn } from './column-changes.ts'
import type { Comparison } from './compare.ts'
import type { Obstacle } from './find-obstacles.ts'
import type { Question } from './find-questions.ts'
import { renamedTable, type TableMatch } from './match-tables.ts'
import { isWidening } from './type-change.ts'

/**
 * The tables that come nearest to those that should be without losing a value, failing on a row or guessing a rename.
 *
 * What would be dropped stays, optional from now on, so that new rows can do without it.
 */
export function safeTables(comparison: Comparison): readonly TableShape[] {
  const { matches, questions } = comparison
  const later = new Set([...replacedTables(matches), ...askedTables(questions)])
  return matches.flatMap(({ before, current, after }) => {
    if (before === undefined || current === undefined)
      return after === undefined || later.has(after.name) ? [] : [after]
    if (after === undefined) return [renamedTable(current, before.name)]
    return [safeTable(current, after, { ...comparison, later })]
  })
}

function replacedTables(matches: readonly TableMatch[]): readonly string[] {
  return matches.flatMap(({ before, after }) => (after === undefined && before?.name) || [])
}

function askedTables(questions: readonly Question[]): readonly string[] {
  return questions.filter((question) => question.columns.length === 0).map((question) => question.table)
}

interface Context extends Pick<Comparison, 'obstacles' | 'questions' | 'dialect'> {
  /** Tables that cannot be made yet. */
  readonly later: ReadonlySet<string>
}

function safeTable(current: TableShape, after: TableShape, context: Context): TableShape {
  const { obstacles } = context
  const isBlocked = (kind: Obstacle['kind'], name: string) =>
    obstacles.some((one) => one.kind === kind && one.table === after.name && one.name === name)
  const kept = current.columns.filter((column) => findColumn(after, column.name) === undefined)
  const wanted = after.columns.flatMap((column) => safeColumn(column, current, after, context))
  const columns = [...wanted, ...kept.map((column) => ({ ...column, isNullable: true }))]
  const isAsWanted = (name: string) =>
    wanted.some((column) => column.name === name && column.typeName === findColumn(after, name)?.typeName)

  const search = after.search?.filter(isAsWanted) ?? []
  const { search: _, ...rest } = after
  return {
    ...rest,
    columns,
    indexes: after.indexes.filter((index) => index.columns.every(isAsWanted) && !isBlocked('repeated', index.name)),
    foreignKeys: [
      ...after.foreignKeys
        .filter((key) => isAsWanted(key.column) && !isBlocked('orphaned', key.column))
        .filter((key) => !context.later.has(key.targetTable)),
      ...current.foreignKeys.filter((key) => kept.some((column) => column.name === key.column)),
    ],
    ...(search.length === 0 ? {} : { search }),
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
