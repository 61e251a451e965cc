import { isDeepStrictEqual } from 'node:util'
import { foreignKeyName, type SqlDialect, type TableShape } from '../ports/database.ts'
import { asideName, type Move, movedName, movesToDo, withAside, withRoom } from './moves.ts'
import type { Renames } from './renames-from-model.ts'
import { isConvertible } from './type-change.ts'

/** Renames to be done. Columns by the name their table has afterwards. */
export interface Moves {
  readonly tables: readonly Move[]
  readonly columns: ReadonlyMap<string, readonly Move[]>
}

/** What a table is and what it should become. */
export interface TableMatch {
  /** As it is now; undefined when it is new. */
  readonly before: TableShape | undefined
  /** `before` once everything has its new name. */
  readonly current: TableShape | undefined
  /** As it should be; undefined when it is to go. */
  readonly after: TableShape | undefined
  readonly columnMoves: readonly Move[]
}

/** The renames that the declarations ask for and the database has not seen. */
export function movesFromRenames(
  existing: readonly TableShape[],
  desired: readonly TableShape[],
  renames: Renames,
): Moves {
  const tables = movesToDo(namesOf(existing), renames.tables)
  const columns = desired.flatMap(({ name }) => {
    const before = existing.find((table) => movedName(tables, table.name) === name)
    const wanted = renames.columns.get(name)
    if (before === undefined || wanted === undefined) return []
    return [[name, movesToDo(namesOf(before.columns), wanted)] as const]
  })
  return { tables, columns: new Map(columns.filter(([, moves]) => moves.length > 0)) }
}

/** Pairs the tables that are with the tables that should be: by name, after the moves. */
export function matchTables(
  existing: readonly TableShape[],
  desired: readonly TableShape[],
  moves: Moves,
  dialect: SqlDialect,
): readonly TableMatch[] {
  const names = namesOf(existing)
  const context = { desired, names, moves: { ...moves, tables: withRoom(names, moves.tables) }, dialect }
  const kept = existing.map((before) => matchExisting(before, context))
  const targets = new Map(kept.map(({ before, current }) => [before.name, current.name]))
  const matched = kept.map((match) => ({ ...match, current: withTargets(match.current, targets) }))
  const found = new Set(kept.map((match) => match.after?.name))
  const created = desired.filter((table) => !found.has(table.name))
  return [...matched, ...created.map((after) => ({ before: undefined, current: undefined, after, columnMoves: [] }))]
}

type ExistingMatch = TableMatch & { readonly before: TableShape; readonly current: TableShape }

interface MatchContext {
  readonly desired: readonly TableShape[]
  /** Of all tables that exist. */
  readonly names: readonly string[]
  readonly moves: Moves
  readonly dialect: SqlDialect
}

function matchExisting(before: TableShape, { desired, names, moves, dialect }: MatchContext): ExistingMatch {
  const name = movedName(moves.tables, before.name)
  const after = desired.find((table) => table.name === name)
  const columnMoves = columnMovesOf(before, after, moves.columns.get(name) ?? [], dialect)
  const current = withColumnMoves(renamedTable(before, name), columnMoves)
  if (after === undefined || isDeepStrictEqual(after.primaryKey, current.primaryKey)) {
    return { before, current, after, columnMoves }
  }
  // A junction became a collection or the other way round: nothing of it can stay but its name.
  const replaced = renamedTable(before, asideName(name, names))
  return { before, current: replaced, after: undefined, columnMoves: [] }
}

/** A column whose values are of no use for its new type makes room for a new one, and goes like any other. */
function columnMovesOf(
  before: TableShape,
  after: TableShape | undefined,
  moves: readonly Move[],
  dialect: SqlDialect,
): readonly Move[] {
  const names = namesOf(before.columns)
  const roomy = withRoom(names, moves)
  const replaced = before.columns.flatMap((column) => {
    const name = movedName(roomy, column.name)
    const wanted = after?.columns.find((candidate) => candidate.name === name)
    return wanted === undefined || isConvertible(column.typeName, wanted.typeName, dialect) ? [] : [name]
  })
  return withAside(names, roomy, replaced)
}

/** The table under another name; its foreign keys are named after it. */
export function renamedTable(table: TableShape, name: string): TableShape {
  if (name === table.name) return table
  const foreignKeys = table.foreignKeys.map((key) => ({ ...key, name: foreignKeyName(name, key.column) }))
  return { ...table, name, foreignKeys }
}

export function withColumnMoves(table: TableShape, moves: readonly Move[]): TableShape {
  if (moves.length === 0) return table
  const moved = (name: string) => movedName(moves, name)
  return {
    ...table,
    columns: table.columns.map((column) => ({ ...column, name: moved(column.name) })),
    indexes: table.indexes.map((index) => ({ ...index, columns: index.columns.map(moved) })),
    foreignKeys: table.foreignKeys.map((key) =>
      moved(key.column) === key.column
        ? key
        : { ...key, column: moved(key.column), name: foreignKeyName(table.name, moved(key.column)) },
    ),
    primaryKey: table.primaryKey.map(moved),
    ...(table.search === undefined ? {} : { search: table.search.map(moved) }),
  }
}

function withTargets(table: TableShape, targets: ReadonlyMap<string, string>): TableShape {
  const foreignKeys = table.foreignKeys.map((key) => ({
    ...key,
    targetTable: targets.get(key.targetTable) ?? key.targetTable,
  }))
  return { ...table, foreignKeys }
}

function namesOf(things: readonly { readonly name: string }[]): readonly string[] {
  return things.map((thing) => thing.name)
}
