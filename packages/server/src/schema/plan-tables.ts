import type { SqlDialect, TableShape } from '../ports/database.ts'
import { type Change, type FillFor, statementsFor } from './change.ts'
import { classify, type Note } from './classify.ts'
import { diffTables } from './diff-tables.ts'
import { type Moves, matchTables } from './match-tables.ts'
import { formerName, reversed } from './moves.ts'
import { type Facts, noFacts } from './read-facts.ts'
import { restoredTables } from './restored-tables.ts'

/** A change, what it means and how it is made. */
export interface PlannedChange {
  readonly change: Change
  readonly notes: readonly Note[]
  readonly statements: readonly string[]
}

/** The way from one set of tables to another, and back. */
export interface TablePlan {
  readonly up: readonly PlannedChange[]
  readonly down: readonly PlannedChange[]
}

/** Plans both ways. What `up` drops comes back empty on the way down. */
export function planTables(
  from: { readonly tables: readonly TableShape[]; readonly moves: Moves; readonly facts: Facts },
  desired: readonly TableShape[],
  fillFor: FillFor,
  dialect: SqlDialect,
): TablePlan {
  const changes = diffTables(from.tables, desired, from.moves, fillFor, dialect)
  const restored = restoredTables(matchTables(from.tables, desired, from.moves, dialect))
  const back = diffTables(desired, restored, reversedMoves(from.moves), () => undefined, dialect)
  return { up: planned(changes, from.facts, dialect), down: planned(back, noFacts, dialect) }
}

function planned(changes: readonly Change[], facts: Facts, dialect: SqlDialect): readonly PlannedChange[] {
  const created = new Set(changes.flatMap((change) => (change.kind === 'createTable' ? change.table.name : [])))
  return changes.map((change) => {
    const notes = classify(change, facts, dialect)
    const isOnNewTable = change.kind === 'reshapeTable' && created.has(change.table.name)
    return { change, notes: isOnNewTable ? harmless(notes) : notes, statements: statementsFor(change, dialect) }
  })
}

/** Nobody waits for an empty table that nobody else can see. */
function harmless(notes: readonly Note[]): readonly Note[] {
  return notes
    .filter((note) => note.class !== 'rewrites the table')
    .map(({ sentence }) => ({ class: 'safe', sentence }))
}

function reversedMoves(moves: Moves): Moves {
  const columns = [...moves.columns].map(
    ([table, columnMoves]) => [formerName(moves.tables, table), reversed(columnMoves)] as const,
  )
  return { tables: reversed(moves.tables), columns: new Map(columns) }
}
