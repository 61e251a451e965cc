import type { Model } from '../model/model.ts'
import type { Database, TableShape } from '../ports/database.ts'
import { type Comparison, compare } from './compare.ts'
import { journalMark } from './journal.ts'
import type { Moves } from './match-tables.ts'
import { type PlannedChange, planTables } from './plan-tables.ts'
import { safeMoves, safeTables } from './safe-tables.ts'
import { schemaHash } from './schema-hash.ts'

/** What has to happen to a database so that it is what the declarations say. */
export interface MigrationPlan {
  readonly dialect: string
  readonly changes: readonly PlannedChange[]
  /** The statements, in order. */
  readonly up: readonly string[]
  readonly down: readonly string[]
  /** What `up` loses; going back does not bring it back. */
  readonly losses: readonly string[]
  /** What `down` loses. */
  readonly downLosses: readonly string[]
  /** Why it cannot be done yet, with what to do; nothing is applied while there is one. */
  readonly problems: readonly string[]
  /** Possible renames, for a person to answer in the declarations. */
  readonly questions: readonly string[]
  readonly isEmpty: boolean
  /** Nothing was ever applied to the database. */
  readonly isFirst: boolean
  /** Nothing is lost, asked or in the way. */
  readonly isSafe: boolean
  /** The tables that are there afterwards. */
  readonly tables: readonly string[]
  /** Hash of the tables the declarations ask for; undefined when this plan stops short of them. */
  readonly arrivesAt: string | undefined
  /** State of the journal the plan was made on: it is applied to no other. */
  readonly journalMark: string
}

export interface PlanOptions {
  /** Leave out what loses data, what the rows stand against and what may be a rename. Default false. */
  readonly safeOnly?: boolean
}

/**
 * Compares a database with a model. Nothing is changed.
 *
 * @throws schema_foreign_table  when a table of the model is there already and was not made by Galley.
 */
export async function planMigration(
  database: Database,
  model: Model,
  options: PlanOptions = {},
): Promise<MigrationPlan> {
  const comparison = await compare(database, model)
  return options.safeOnly === true ? safePlan(comparison) : fullPlan(comparison)
}

function fullPlan(comparison: Comparison): MigrationPlan {
  const { desired, moves, obstacles, questions } = comparison
  return planTo({ tables: desired, moves }, comparison, {
    problems: obstacles.map((obstacle) => obstacle.sentence),
    questions: questions.map((question) => question.sentence),
  })
}

function safePlan(comparison: Comparison): MigrationPlan {
  const tables = safeTables(comparison)
  return planTo({ tables, moves: safeMoves(comparison, tables) }, comparison, { problems: [], questions: [] })
}

function planTo(
  target: { readonly tables: readonly TableShape[]; readonly moves: Moves },
  { dialect, journal, existing, desired, facts, fillFor }: Comparison,
  open: Pick<MigrationPlan, 'problems' | 'questions'>,
): MigrationPlan {
  const { up, down } = planTables({ tables: existing, moves: target.moves, facts }, target.tables, fillFor, dialect)
  const losses = lossesOf(up)
  const hash = schemaHash(desired, dialect)
  return Object.freeze({
    dialect: dialect.name,
    changes: up,
    up: up.flatMap((change) => change.statements),
    down: down.flatMap((change) => change.statements),
    losses,
    downLosses: lossesOf(down),
    ...open,
    isEmpty: up.length === 0,
    isFirst: journal.length === 0,
    isSafe: losses.length + open.problems.length + open.questions.length === 0,
    tables: target.tables.map((table) => table.name),
    arrivesAt: schemaHash(target.tables, dialect) === hash ? hash : undefined,
    journalMark: journalMark(journal),
  })
}

function lossesOf(changes: readonly PlannedChange[]): readonly string[] {
  return changes
    .flatMap((change) => change.notes)
    .filter((note) => note.class === 'loses data')
    .map((note) => note.sentence)
}
