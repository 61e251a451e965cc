import { type OpenApp, openApp } from '../app/open-app.ts'
import { findProject } from './project.ts'
import { terminalLog } from './terminal-log.ts'

/** Opens the application for `work`, without serving it, and closes it whatever happens. */
export async function withApp<T>(file: string | undefined, work: (app: OpenApp) => Promise<T>): Promise<T> {
  const { app, environment, migrationsFolder } = await findProject(file)
  const { databaseUrl } = environment
  const opened = await openApp(app, { databaseUrl, migrationsFolder, log: terminalLog, migrate: 'refuse' })
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}
