import type { TableShape } from '../ports/database.ts'
import { findColumn } from './column-changes.ts'
import type { TableMatch } from './match-tables.ts'
import { formerName } from './moves.ts'

/**
 * The tables that going back arrives at: those that were, but columns whose values are gone come back empty and so optional.
 *
 * A made-up value would be worse than none: a price of 0 sells.
 */
export function restoredTables(matches: readonly TableMatch[]): readonly TableShape[] {
  return matches.flatMap((match) => (match.before === undefined ? [] : [restoredTable(match.before, match)]))
}

function restoredTable(before: TableShape, { current, after, columnMoves }: TableMatch): TableShape {
  if (after === undefined || current === undefined) return before
  const lost = current.columns
    .filter((column) => findColumn(after, column.name) === undefined)
    .map((column) => formerName(columnMoves, column.name))
  return {
    ...before,
    columns: before.columns.map((column) => (lost.includes(column.name) ? { ...column, isNullable: true } : column)),
  }
}
