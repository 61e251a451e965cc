import { GalleyError } from '../base/error.ts'
import type { Model } from '../model/model.ts'
import type { Database } from '../ports/database.ts'
import { describeChanges, describePlan } from './describe-plan.ts'
import { schemaErrors } from './errors.ts'
import { readSchemaHash } from './journal.ts'
import { applyPlan } from './migrate.ts'
import type { MigrateOptions } from './migrating.ts'
import type { MigrationFile } from './migration-file.ts'
import { type MigrationPlan, planMigration } from './plan.ts'
import { schemaHash } from './schema-hash.ts'
import { tablesFromModel } from './tables-from-model.ts'

/**
 * What happens at the start when the database is behind the model. `refuse`: nothing, the start fails. `safe`: all that loses,
 * asks and breaks nothing is done at once, the rest is left for a person. An empty database is filled in either mode.
 */
export type MigrateMode = 'refuse' | 'safe'

export interface EnsureOptions extends MigrateOptions {
  /** The migrations there are; an empty database is filled from the model, and they count as applied from then on. */
  readonly files?: readonly MigrationFile[]
}

export interface EnsuredSchema {
  /** Whether the database was empty and has just been filled with tables. */
  readonly isNew: boolean
  /** What was changed; undefined when nothing was. */
  readonly applied: MigrationPlan | undefined
  /** What was left for a person to decide; undefined when the database is what the model says. */
  readonly pending: MigrationPlan | undefined
  /** `pending` as text. */
  readonly pendingChanges: string | undefined
}

/**
 * Sees to it at the start that the database is what the model says. Costs one read when it already is.
 *
 * @throws schema_behind         in mode `refuse`, with the changes and the command to run.
 * @throws schema_foreign_table  when a table of the model is there already and was not made by Galley.
 */
export async function ensureSchema(
  database: Database,
  model: Model,
  mode: MigrateMode,
  options: EnsureOptions = {},
): Promise<EnsuredSchema> {
  const wanted = schemaHash(tablesFromModel(model, database.dialect), database.dialect)
  if ((await readSchemaHash(database)) === wanted) return ensured({})
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await bringUpToDate(database, model, mode, options)
    } catch (error) {
      const wasOvertaken = error instanceof GalleyError && error.code === schemaErrors.moved.code
      if (!wasOvertaken || attempt === mostAttempts) throw error // another process migrates too: look again at what is left
    }
  }
}

const mostAttempts = 5

async function bringUpToDate(
  database: Database,
  model: Model,
  mode: MigrateMode,
  options: EnsureOptions,
): Promise<EnsuredSchema> {
  const plan = await planMigration(database, model)
  if (plan.isFirst) {
    await applyPlan(database, plan, { ...options, adopt: options.files ?? [] })
    return ensured({ isNew: true, applied: plan })
  }
  if (plan.isSafe && (plan.isEmpty || mode === 'safe')) {
    await applyPlan(database, plan, options)
    return ensured({ applied: plan.isEmpty ? undefined : plan })
  }
  if (mode === 'refuse') throw schemaErrors.behind({ details: { list: listOf(plan) } })
  return applySafePart(database, model, options)
}

async function applySafePart(database: Database, model: Model, options: EnsureOptions): Promise<EnsuredSchema> {
  const first = await applySafePlan(database, model, options)
  // Values that got a new type and a default can only be compared in it now: an index may have waited for that.
  const second = first.isEmpty ? first : await applySafePlan(database, model, options)
  const applied = second.isEmpty ? first : inTurn(first, second)
  const pending = await planMigration(database, model)
  return ensured({ applied: applied.isEmpty ? undefined : applied, pending: pending.isEmpty ? undefined : pending })
}

async function applySafePlan(database: Database, model: Model, options: EnsureOptions): Promise<MigrationPlan> {
  const safe = await planMigration(database, model, { safeOnly: true })
  if (!safe.isEmpty) await applyPlan(database, safe, options)
  return safe
}

function inTurn(first: MigrationPlan, second: MigrationPlan): MigrationPlan {
  return Object.freeze({
    ...second,
    changes: [...first.changes, ...second.changes],
    up: [...first.up, ...second.up],
    down: [...second.down, ...first.down],
    downLosses: [...second.downLosses, ...first.downLosses],
    journalMark: first.journalMark,
  })
}

function ensured(parts: Partial<EnsuredSchema>): EnsuredSchema {
  const { isNew = false, applied, pending } = parts
  return { isNew, applied, pending, pendingChanges: pending === undefined ? undefined : describePlan(pending) }
}

function listOf(plan: MigrationPlan): string {
  return [...describeChanges(plan), ...plan.problems, ...plan.questions].map((line) => `  ${line}`).join('\n')
}
