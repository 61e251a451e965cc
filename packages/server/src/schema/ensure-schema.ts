import { GalleyError } from '../base/error.ts'
import type { Model } from '../model/model.ts'
import type { Database } from '../ports/database.ts'
import { schemaErrors } from './errors.ts'
import { readSchemaHash } from './journal.ts'
import type { MigrateOptions } from './migrating.ts'
import type { MigrationFile } from './migration-file.ts'
import type { MigrationPlan } from './plan.ts'
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
  /** `applied` as text. */
  readonly appliedChanges: string | undefined
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
  if ((await readSchemaHash(database)) === wanted) return unchanged
  const { bringUpToDate } = await import('./bring-up-to-date.ts') // most starts have nothing to plan
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

const unchanged: EnsuredSchema = Object.freeze({
  isNew: false,
  applied: undefined,
  appliedChanges: undefined,
  pending: undefined,
  pendingChanges: undefined,
})
