import type { Model } from '../model/model.ts'
import type { Database } from '../ports/database.ts'
import { describeChanges } from './describe-plan.ts'
import { schemaErrors } from './errors.ts'
import { type JournalEntry, journalMark, removeEntry, writeSchemaHash } from './journal.ts'
import { type MigrateOptions, type Migrating, migrating } from './migrating.ts'
import { downScript, lossesIn, type MigrationFile, nextName, scriptText } from './migration-file.ts'
import { pendingFiles, requireAllowed } from './pending-files.ts'
import { type MigrationPlan, planMigration } from './plan.ts'

export interface ApplyOptions extends MigrateOptions {
  /** Called after each migration has been committed. */
  onApplied?(entry: JournalEntry): void
}

export interface LossOptions extends MigrateOptions {
  /** Do it although data is lost. Default false. */
  readonly allowDataLoss?: boolean
}

export interface PlanApplyOptions extends LossOptions {
  /** Files that are noted as applied with it, because the plan does what they would have done. */
  readonly adopt?: readonly MigrationFile[]
}

/**
 * Applies the files that have not been applied, each in one transaction with its line of the journal.
 *
 * Of several processes that do this at once, one does the work and the others find it done.
 * @returns what this call applied.
 * @throws schema_changed_file, schema_missing_file, schema_out_of_order, schema_loses_data, schema_failed
 */
export async function applyMigrations(
  database: Database,
  files: readonly MigrationFile[],
  options: ApplyOptions = {},
): Promise<readonly JournalEntry[]> {
  const applied: JournalEntry[] = []
  for (;;) {
    const entry = await migrating(database, options, (migration) => applyNext(files, migration))
    if (entry === undefined) return applied
    applied.push(entry)
    options.onApplied?.(entry)
  }
}

async function applyNext(files: readonly MigrationFile[], migration: Migrating): Promise<JournalEntry | undefined> {
  const pending = pendingFiles(files, migration.journal)
  for (const file of pending) requireAllowed(file) // before the first of them runs, so that none is left half-way
  const [file] = pending
  if (file === undefined) return undefined
  await migration.run(file.name, file.up)
  return recordFile(file, migration)
}

function recordFile(file: MigrationFile, { journal, record }: Migrating): Promise<JournalEntry> {
  const known = journal.at(-1)?.tables ?? []
  const tables = file.tables ?? [...new Set([...known, ...createdTables(file.up)])]
  return record({ name: file.name, kind: 'file', script: file.up, down: file.down, tables })
}

/** Names in `create table` of a script written by hand, which need not say what it leaves. */
function createdTables(script: string): readonly string[] {
  const found = script.matchAll(/\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?["`]?(\w+)["`]?/gi)
  return [...found].map(([, name = '']) => name)
}

/**
 * Applies a plan without a file and notes it as automatic.
 *
 * @throws schema_has_problems, schema_plan_loses_data
 * @throws schema_moved   when the database was migrated after the plan had been made.
 * @throws schema_failed  when a statement fails; nothing is kept then.
 */
export async function applyPlan(
  database: Database,
  plan: MigrationPlan,
  options: PlanApplyOptions = {},
): Promise<void> {
  requireApplicable(plan, options)
  await migrating(database, options, async (migration) => {
    if (journalMark(migration.journal) !== plan.journalMark) throw schemaErrors.moved()
    if (!plan.isEmpty) await runPlan(plan, migration)
    for (const file of options.adopt ?? []) await recordFile({ ...file, tables: plan.tables }, migration)
    await writeSchemaHash(migration.tx, migration.dialect, plan.arrivesAt)
  })
}

function requireApplicable({ problems, losses }: MigrationPlan, options: LossOptions): void {
  if (problems.length > 0) throw schemaErrors.has_problems({ details: { list: indented(problems) } })
  if (losses.length > 0 && options.allowDataLoss !== true) {
    throw schemaErrors.plan_loses_data({ details: { list: indented(losses) } })
  }
}

async function runPlan(plan: MigrationPlan, { journal, run, record }: Migrating): Promise<void> {
  const name = `automatic-${nextName(plan, [{ number: journal.at(-1)?.position ?? 0 }])}`
  const script = scriptText(plan.up)
  await run(name, script)
  await record({ name, kind: 'automatic', script, down: downScript(plan), tables: plan.tables })
}

/**
 * Undoes the migration that was applied last, by its own `down`, and takes it out of the journal.
 *
 * @returns the migration that is gone.
 * @throws schema_nothing_to_revert, schema_irreversible, schema_down_loses_data, schema_failed
 */
export async function revertLast(database: Database, options: LossOptions = {}): Promise<JournalEntry> {
  return migrating(database, options, async ({ tx, dialect, journal, run }) => {
    const last = journal.at(-1)
    if (last === undefined) throw schemaErrors.nothing_to_revert()
    await run(last.name, requireDown(last, options))
    await removeEntry(tx, dialect, last)
    return last
  })
}

function requireDown({ name, down }: JournalEntry, options: LossOptions): string {
  if (down === undefined) throw schemaErrors.irreversible({ details: { name } })
  const losses = lossesIn(down.split('\n'))
  if (losses.length > 0 && options.allowDataLoss !== true) {
    throw schemaErrors.down_loses_data({ details: { name, list: indented(losses) } })
  }
  return down
}

/**
 * Notes files as applied without running them: for a database that came to be what they make of it in another way.
 *
 * @throws schema_not_equal  when the database is not what the model says.
 */
export async function adoptMigrations(
  database: Database,
  model: Model,
  files: readonly MigrationFile[],
  options: MigrateOptions = {},
): Promise<readonly JournalEntry[]> {
  const plan = await planMigration(database, model)
  if (!plan.isEmpty) throw schemaErrors.not_equal({ details: { list: indented(describeChanges(plan)) } })
  return migrating(database, options, async (migration) => {
    if (journalMark(migration.journal) !== plan.journalMark) throw schemaErrors.moved()
    const adopted: JournalEntry[] = []
    for (const file of pendingFiles(files, migration.journal)) {
      adopted.push(await recordFile({ ...file, tables: plan.tables }, migration))
    }
    return adopted
  })
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n')
}
