import type { Model } from '../model/model.ts'
import type { Database } from '../ports/database.ts'
import { describeChanges, describePlan } from './describe-plan.ts'
import type { EnsuredSchema, EnsureOptions, MigrateMode } from './ensure-schema.ts'
import { schemaErrors } from './errors.ts'
import { applyPlan } from './migrate.ts'
import { type MigrationPlan, planMigration } from './plan.ts'

/** Compares database and model, and makes of the difference what the mode allows; see `ensureSchema`. */
export async function bringUpToDate(
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
  return { isNew, applied, appliedChanges: asText(applied), pending, pendingChanges: asText(pending) }
}

function asText(plan: MigrationPlan | undefined): string | undefined {
  return plan && describePlan(plan)
}

function listOf(plan: MigrationPlan): string {
  return [...describeChanges(plan), ...plan.problems, ...plan.questions].map((line) => `  ${line}`).join('\n')
}
