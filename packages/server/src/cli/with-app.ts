import { type OpenApp, openApp } from '../app/open-app.ts'
import { findProject } from './project.ts'
import { surroundingsOf, usualUrl } from './surroundings.ts'
import { terminalLog } from './terminal-log.ts'

/** Opens the application for `work`, without serving it, and closes it whatever happens. */
export async function withApp<T>(file: string | undefined, work: (app: OpenApp) => Promise<T>): Promise<T> {
  const project = await findProject(file)
  const opened = await openApp(project.app, {
    databaseUrl: project.environment.databaseUrl,
    migrationsFolder: project.migrationsFolder,
    log: terminalLog,
    migrate: 'refuse',
    surroundings: { ...surroundingsOf(project, usualUrl(project)), isServing: false },
  })
  try {
    return await work(opened)
  } finally {
    await opened.close()
  }
}
