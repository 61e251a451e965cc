import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { schemaErrors } from './errors.ts'
import { type MigrationFile, nextName, parseMigration, writeMigration } from './migration-file.ts'
import type { MigrationPlan } from './plan.ts'

/** The migrations for one kind of database: `migrations/sqlite`. */
export function migrationFolder(root: string, dialectName: string): string {
  return join(root, dialectName)
}

/**
 * Reads all migrations of a folder, by number; none when there is no such folder.
 *
 * @throws schema_bad_file  when a file cannot be read as a migration, or two have the same number.
 */
export async function readMigrations(folder: string): Promise<readonly MigrationFile[]> {
  const names = (await filesIn(folder)).filter((name) => name.endsWith('.sql'))
  const files = await Promise.all(names.map((name) => readMigration(folder, name)))
  const sorted = files.toSorted((left, right) => left.number - right.number)
  for (const [position, file] of sorted.entries()) {
    const former = sorted[position - 1]
    if (former?.number === file.number) throw sameNumber(file, former)
  }
  return sorted
}

/** Writes a plan as the next migration of a folder, and gives the path. Never overwrites. */
export async function saveMigration(folder: string, plan: MigrationPlan, words?: string): Promise<string> {
  const name = nextName(plan, await readMigrations(folder), words)
  const path = join(folder, `${name}.sql`)
  const text = writeMigration(plan, name)
  await mkdir(folder, { recursive: true })
  await writeFile(path, text, { flag: 'wx' })
  return path
}

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function readMigration(folder: string, file: string): Promise<MigrationFile> {
  return parseMigration(file.slice(0, -'.sql'.length), await readFile(join(folder, file), 'utf8'))
}

function sameNumber(file: MigrationFile, former: MigrationFile) {
  const reason = `${former.name}.sql has the same number. Give one of them the next free number`
  return schemaErrors.bad_file({ details: { name: `${file.name}.sql`, reason } })
}
