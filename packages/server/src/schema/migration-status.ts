import { GalleyError } from '../base/error.ts'
import type { Model } from '../model/model.ts'
import type { Database } from '../ports/database.ts'
import { plural } from './count.ts'
import { describePlan } from './describe-plan.ts'
import { type JournalEntry, readJournal } from './journal.ts'
import type { MigrationFile } from './migration-file.ts'
import { pendingFiles } from './pending-files.ts'
import { type MigrationPlan, planMigration } from './plan.ts'

/** Where a database stands between its files and its model. */
export interface MigrationStatus {
  /** Oldest first. */
  readonly applied: readonly JournalEntry[]
  readonly pending: readonly MigrationFile[]
  /** Why the files cannot be applied, such as a changed one. */
  readonly problem: string | undefined
  /** What would have to change for the database to be what the model says, the pending files left aside. */
  readonly plan: MigrationPlan
  /** Nothing is pending, and the database is what the model says. */
  readonly isUpToDate: boolean
}

/** Reads the status; changes nothing. */
export async function migrationStatus(
  database: Database,
  model: Model,
  files: readonly MigrationFile[],
): Promise<MigrationStatus> {
  const applied = await readJournal(database)
  const plan = await planMigration(database, model)
  const { pending, problem } = pendingOrProblem(files, applied)
  const isUpToDate = problem === undefined && pending.length === 0 && plan.isEmpty
  return { applied, pending, problem, plan, isUpToDate }
}

function pendingOrProblem(
  files: readonly MigrationFile[],
  applied: readonly JournalEntry[],
): Pick<MigrationStatus, 'pending' | 'problem'> {
  try {
    return { pending: pendingFiles(files, applied), problem: undefined }
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error
    const names = new Set(applied.map((entry) => entry.name))
    return { pending: files.filter((file) => !names.has(file.name)), problem: error.message }
  }
}

/** The status for people. Ends without a line break. */
export function describeStatus(status: MigrationStatus): string {
  return [
    ...(status.applied.length === 0 ? ['Applied: nothing yet.'] : ['Applied:', ...status.applied.map(appliedLine)]),
    ...(status.pending.length === 0 ? [] : ['To be applied:', ...status.pending.map((file) => `  ${file.name}`)]),
    ...(status.problem === undefined ? [] : [status.problem]),
    differenceText(status),
  ].join('\n')
}

function appliedLine(entry: JournalEntry): string {
  const at = entry.appliedAt.replace('T', ' ').slice(0, 19)
  return `  ${entry.name}  ${at} UTC, ${entry.tookMs} ms${entry.kind === 'automatic' ? ', automatic' : ''}`
}

function differenceText({ plan, pending }: MigrationStatus): string {
  if (plan.isEmpty) return 'The database is what the declarations say.'
  const before =
    pending.length === 0 ? '' : ` before ${plural(pending.length, 'this migration is', 'these migrations are')} applied`
  return `The database is not what the declarations say${before}.\n${describePlan(plan)}`
}
