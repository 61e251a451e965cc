import { databaseFromUrl } from '../app/database-from-url.ts'
import { compileApp } from '../app/open-app.ts'
import type { Model } from '../model/model.ts'
import type { Database } from '../ports/database.ts'
import { describePlan } from '../schema/describe-plan.ts'
import { applyMigrations, revertLast } from '../schema/migrate.ts'
import type { MigrationFile } from '../schema/migration-file.ts'
import { migrationFolder, readMigrations, saveMigration } from '../schema/migration-folder.ts'
import { describeStatus, migrationStatus } from '../schema/migration-status.ts'
import { defineCommand } from './command.ts'
import { cliErrors } from './errors.ts'
import { appOption, findProject } from './project.ts'

export const migratePlan = defineCommand('migrate plan', {
  summary: 'Write the difference between the declarations and the database as a migration file.',
  options: {
    name: { type: 'string', value: 'words', description: 'Names the file. Default: what it does first.' },
    app: appOption,
  },
  notes: 'Nothing is changed: read the file, then run galley migrate apply.',
  run: ({ name, app }) =>
    withMigrations(app, async ({ database, model, files, folder }) => {
      const { plan, pending } = await migrationStatus(database, model, files)
      if (pending.length > 0)
        throw cliErrors.pending_migrations({ details: { names: pending.map((file) => file.name).join(', ') } })
      console.log(describePlan(plan))
      if (plan.isEmpty) return
      console.log(`\nWrote ${await saveMigration(folder, plan, name)}. Read it, then run: galley migrate apply`)
    }),
})

export const migrateApply = defineCommand('migrate apply', {
  summary: 'Run the migration files that have not been applied.',
  options: { app: appOption },
  notes: 'One process at a time does it; each file is one transaction.',
  run: ({ app }) =>
    withMigrations(app, async ({ database, files }) => {
      const onApplied = (entry: { name: string; tookMs: number }) =>
        console.log(`Applied ${entry.name} in ${entry.tookMs} ms.`)
      const applied = await applyMigrations(database, files, { onApplied })
      if (applied.length === 0) console.log('There is no migration file that has not been applied.')
    }),
})

export const migrateStatus = defineCommand('migrate status', {
  summary: 'Tell what has been applied, what waits, and how database and declarations differ.',
  options: { app: appOption },
  run: ({ app }) =>
    withMigrations(app, async ({ database, model, files }) => {
      console.log(describeStatus(await migrationStatus(database, model, files)))
    }),
})

export const migrateDown = defineCommand('migrate down', {
  summary: 'Undo the migration that was applied last.',
  options: {
    'allow-data-loss': { type: 'boolean', description: 'Do it although it loses data.' },
    app: appOption,
  },
  run: ({ 'allow-data-loss': allowDataLoss = false, app }) =>
    withMigrations(app, async ({ database }) => {
      const { name } = await revertLast(database, { allowDataLoss })
      console.log(`Reverted ${name}.`)
    }),
})

interface Migrations {
  readonly database: Database
  readonly model: Model
  readonly folder: string
  readonly files: readonly MigrationFile[]
}

async function withMigrations(
  file: string | undefined,
  work: (migrations: Migrations) => Promise<void>,
): Promise<void> {
  const { app, environment, migrationsFolder } = await findProject(file)
  const model = compileApp(app)
  const database = await databaseFromUrl(environment.databaseUrl)
  try {
    const folder = migrationFolder(migrationsFolder, database.dialect.name)
    await work({ database, model, folder, files: await readMigrations(folder) })
  } finally {
    await database.close()
  }
}
