import { isDeepStrictEqual } from 'node:util'
import type { ForeignKeyShape, SqlDialect, TableShape } from '../ports/database.ts'
import type { Change, FillFor } from './change.ts'
import { columnChanges } from './column-changes.ts'
import { inCreationOrder } from './creation-order.ts'
import { type Moves, matchTables, renamedTable, type TableMatch, withColumnMoves } from './match-tables.ts'

/**
 * The steps from one set of tables to another, in an order that works: names first, then what is new, then what changes, last
 * what goes. Tables of `existing` that `desired` does not name are dropped.
 */
export function diffTables(
  existing: readonly TableShape[],
  desired: readonly TableShape[],
  moves: Moves,
  fillFor: FillFor,
  dialect: SqlDialect,
): readonly Change[] {
  const matches = matchTables(existing, desired, moves, dialect)
  const staying = matches.filter(isStaying)
  const created = inCreationOrder(matches.flatMap(({ current, after }) => (current === undefined && after) || []))
  const dropped = inCreationOrder(matches.flatMap(({ current, after }) => (after === undefined && current) || []))
  return [
    ...tableRenames(matches, moves),
    ...matches.flatMap(columnRenames),
    ...staying.flatMap(droppedIndexes),
    ...indexesInTheWay(dropped.tables, desired),
    ...created.tables.map((table): Change => ({ kind: 'createTable', table: without(table, created.postponed) })),
    ...staying.flatMap((match) => columnChanges(withoutOldIndexes(match), match.after, fillFor)),
    ...created.tables.flatMap((table) => addedForeignKeys(table, created.postponed)),
    ...staying.flatMap(createdIndexes),
    ...dropped.tables.flatMap((table) => removedForeignKeys(table, dropped.postponed)),
    ...dropped.tables
      .toReversed()
      .map((table): Change => ({ kind: 'dropTable', table: without(table, dropped.postponed) })),
  ]
}

interface StayingMatch extends TableMatch {
  readonly before: TableShape
  readonly current: TableShape
  readonly after: TableShape
}

function isStaying(match: TableMatch): match is StayingMatch {
  return match.current !== undefined && match.after !== undefined
}

/** In the order of the moves, so that each name is free; tables that are replaced move out of the way first. */
function tableRenames(matches: readonly TableMatch[], moves: Moves): readonly Change[] {
  const place = (match: TableMatch) => moves.tables.findIndex((move) => move.from === match.before?.name)
  return matches
    .toSorted((left, right) => place(left) - place(right))
    .flatMap(({ before, current }) =>
      before === undefined || current === undefined || before.name === current.name
        ? []
        : [{ kind: 'renameTable', table: before, to: current.name }],
    )
}

function columnRenames({ before, current, columnMoves }: TableMatch): readonly Change[] {
  if (before === undefined || current === undefined) return []
  const table = renamedTable(before, current.name)
  return columnMoves.map(({ from, to }, done) => ({
    kind: 'renameColumn',
    table: withColumnMoves(table, columnMoves.slice(0, done)),
    from,
    to,
  }))
}

function droppedIndexes({ current, after }: StayingMatch): readonly Change[] {
  return current.indexes
    .filter((index) => !after.indexes.some((wanted) => isDeepStrictEqual(wanted, index)))
    .map((index) => ({ kind: 'dropIndex', table: current, index }))
}

function createdIndexes({ current, after }: StayingMatch): readonly Change[] {
  return after.indexes
    .filter((index) => !current.indexes.some((existing) => isDeepStrictEqual(existing, index)))
    .map((index) => ({ kind: 'createIndex', table: after, index }))
}

function withoutOldIndexes({ current, after }: StayingMatch): TableShape {
  const indexes = current.indexes.filter((index) => after.indexes.some((wanted) => isDeepStrictEqual(wanted, index)))
  return { ...current, indexes }
}

/** A database knows each index name once, so a table that goes must not keep one that is needed before it is gone. */
function indexesInTheWay(dropped: readonly TableShape[], desired: readonly TableShape[]): readonly Change[] {
  const needed = new Set(desired.flatMap((table) => table.indexes.map((index) => index.name)))
  return dropped.flatMap((table) =>
    table.indexes
      .filter((index) => needed.has(index.name))
      .map((index): Change => ({ kind: 'dropIndex', table, index })),
  )
}

function addedForeignKeys(table: TableShape, postponed: ReadonlySet<ForeignKeyShape>): readonly Change[] {
  const before = without(table, postponed)
  return before === table ? [] : [{ kind: 'reshapeTable', table: before, to: table, fills: {} }]
}

function removedForeignKeys(table: TableShape, postponed: ReadonlySet<ForeignKeyShape>): readonly Change[] {
  const after = without(table, postponed)
  return after === table ? [] : [{ kind: 'reshapeTable', table, to: after, fills: {} }]
}

function without(table: TableShape, postponed: ReadonlySet<ForeignKeyShape>): TableShape {
  const foreignKeys = table.foreignKeys.filter((key) => !postponed.has(key))
  return foreignKeys.length === table.foreignKeys.length ? table : { ...table, foreignKeys }
}
