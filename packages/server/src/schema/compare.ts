import type { Model } from '../model/model.ts'
import type { Database, SqlDialect, TableShape } from '../ports/database.ts'
import type { FillFor } from './change.ts'
import { diffTables } from './diff-tables.ts'
import { schemaErrors } from './errors.ts'
import { findObstacles, type Obstacle } from './find-obstacles.ts'
import { findQuestions, type Question } from './find-questions.ts'
import { type JournalEntry, journalMark, readJournal } from './journal.ts'
import { type Moves, matchTables, movesFromRenames, type TableMatch } from './match-tables.ts'
import { columnsFromModel } from './model-columns.ts'
import { type Facts, readFacts } from './read-facts.ts'
import { renamesFromModel } from './renames-from-model.ts'
import { migrationsTable, systemTableShape, systemTables } from './system-tables.ts'
import { tablesFromModel } from './tables-from-model.ts'

/** A database beside a model, with all that a plan needs to know. */
export interface Comparison {
  readonly dialect: SqlDialect
  readonly journal: readonly JournalEntry[]
  readonly existing: readonly TableShape[]
  readonly desired: readonly TableShape[]
  readonly moves: Moves
  readonly matches: readonly TableMatch[]
  readonly facts: Facts
  readonly fillFor: FillFor
  readonly obstacles: readonly Obstacle[]
  readonly questions: readonly Question[]
}

/** Reads what a database holds of a model. */
export async function compare(database: Database, model: Model): Promise<Comparison> {
  const { dialect } = database
  const modelColumns = columnsFromModel(model, dialect)
  const fillFor: FillFor = (table, column) => modelColumns(table, column)?.fill
  const desired = tablesFromModel(model, dialect)
  const { journal, existing } = await readState(database, desired)
  const moves = movesFromRenames(existing, desired, renamesFromModel(model))
  const matches = matchTables(existing, desired, moves, dialect)
  const changed = new Set(diffTables(existing, desired, moves, fillFor, dialect).map((change) => change.table.name))
  const judged = matches.filter(({ current }) => current !== undefined && changed.has(current.name))
  const facts = await readFacts(database, judged, matches, fillFor)
  const obstacles = findObstacles(matches, facts, modelColumns)
  const questions = findQuestions(matches, model, facts)
  return { dialect, journal, existing, desired, moves, matches, facts, fillFor, obstacles, questions }
}

/** Journal and tables of the same moment: read again when another process migrates in between. */
async function readState(
  database: Database,
  desired: readonly TableShape[],
): Promise<Pick<Comparison, 'journal' | 'existing'>> {
  const before = await readJournal(database)
  const tables = await readNamedTables(database, desired, before)
  const journal = await readJournal(database)
  if (journalMark(journal) !== journalMark(before)) return readState(database, desired)
  return { journal, existing: ownTables(tables, journal, database.dialect) }
}

function readNamedTables(
  database: Database,
  desired: readonly TableShape[],
  journal: readonly JournalEntry[],
): Promise<readonly TableShape[]> {
  const names = new Set([...ownNames(journal), ...desired.map((table) => table.name)])
  return database.readTables([...names])
}

/**
 * The tables that Galley made, by the journal, and those of the model. Others in the same database are not looked at.
 *
 * The journal itself counts as there: whoever applies the first migration makes it.
 */
function ownTables(
  tables: readonly TableShape[],
  journal: readonly JournalEntry[],
  dialect: SqlDialect,
): readonly TableShape[] {
  const own = ownNames(journal)
  const foreign = tables.map((table) => table.name).filter((name) => !own.has(name))
  if (foreign.length > 0) throw schemaErrors.foreign_table({ details: { tables: foreign.join(', ') } })
  const hasJournal = tables.some((table) => table.name === migrationsTable.name)
  return hasJournal ? tables : [...tables, systemTableShape(migrationsTable, dialect)]
}

function ownNames(journal: readonly JournalEntry[]): ReadonlySet<string> {
  return new Set([...systemTables.map((table) => table.name), ...(journal.at(-1)?.tables ?? [])])
}
