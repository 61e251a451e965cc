import { schemaErrors } from './errors.ts'
import type { JournalEntry } from './journal.ts'
import type { MigrationFile } from './migration-file.ts'

/**
 * The files that are still to be applied, in order.
 *
 * @throws schema_changed_file, schema_missing_file, schema_out_of_order  when files and journal tell different stories.
 */
export function pendingFiles(
  files: readonly MigrationFile[],
  journal: readonly JournalEntry[],
): readonly MigrationFile[] {
  const applied = journal.filter((entry) => entry.kind === 'file')
  for (const entry of applied) requireUnchanged(entry, files)
  const names = new Set(applied.map((entry) => entry.name))
  const pending = files.filter((file) => !names.has(file.name)).toSorted((left, right) => left.number - right.number)
  const last = files
    .filter((file) => names.has(file.name))
    .toSorted((left, right) => left.number - right.number)
    .at(-1)
  const [first] = pending
  if (first !== undefined && last !== undefined && first.number < last.number) {
    throw schemaErrors.out_of_order({ details: { name: first.name, last: last.name } })
  }
  return pending
}

function requireUnchanged(entry: JournalEntry, files: readonly MigrationFile[]): void {
  const file = files.find((candidate) => candidate.name === entry.name)
  if (file === undefined) throw schemaErrors.missing_file({ details: { name: entry.name } })
  if (file.checksum !== entry.checksum) throw schemaErrors.changed_file({ details: { name: entry.name } })
}

/** @throws schema_loses_data  when the file says that it loses data and nobody has allowed it. */
export function requireAllowed(file: MigrationFile): void {
  if (file.losses.length === 0 || file.allowsDataLoss) return
  const list = file.losses.map((loss) => `  ${loss}`).join('\n')
  throw schemaErrors.loses_data({ details: { name: file.name, list } })
}
