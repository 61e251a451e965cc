import { createLog } from '../adapters/log/pino-log.ts'
import { type OpenApp, openApp } from '../app/open-app.ts'
import { seedApp } from '../app/seed-app.ts'
import { serveApp } from '../app/serve-app.ts'
import type { App } from '../model/app.ts'
import { banner } from './banner.ts'
import { defineCommand, usageError } from './command.ts'
import { isPort, wantedPort } from './environment.ts'
import { appOption, findProject } from './project.ts'
import { stopRequested } from './stop-requested.ts'

export const serverOptions = Object.freeze({
  port: {
    type: 'string',
    value: 'number',
    description: 'Where to listen; 0 takes any free port. Default: PORT, or 3000.',
  },
  host: {
    type: 'string',
    value: 'address',
    description: 'Default: HOST, or 127.0.0.1, which only this machine reaches.',
  },
  app: appOption,
} as const)

export const startCommand = defineCommand('start', {
  summary: 'Serve the application.',
  options: {
    migrate: { type: 'boolean', description: 'First make the changes of the database that lose nothing.' },
    seed: { type: 'boolean', description: 'Fill a new database by what the application exports as seed.' },
    ...serverOptions,
  },
  notes: [
    'Reads PORT, HOST, DATABASE_URL, DATA_DIR, BASE_URL and LOG_LEVEL, also from .env.',
    'Ctrl-C, or the signal TERM, stops it when the requests in work have been answered.',
  ].join('\n'),
  async run({ migrate = false, seed: wantsSeed = false, port, host, app: file }) {
    requirePort(port)
    const stop = stopRequested()
    const project = await findProject(file, { PORT: port, HOST: host })
    const { databaseUrl, logLevel } = project.environment
    const log = createLog({ level: logLevel })
    const { migrationsFolder } = project
    const opened = await openApp(project.app, {
      databaseUrl,
      migrationsFolder,
      log,
      migrate: migrate ? 'safe' : 'refuse',
    })
    try {
      if (wantsSeed && project.seed !== undefined && (await isEmpty(opened, project.app)))
        await seedApp(opened, project.seed)
      const served = await serveApp(opened, { ...project.environment, log })
      tellChanges(opened)
      console.error(banner(project, opened, served.url))
      await stop
      await served.stop()
    } finally {
      await opened.close()
    }
  },
})

/** An empty one counts as not given, as an empty variable does. */
function requirePort(port = ''): void {
  if (port !== '' && !isPort(port)) throw usageError('start', `--port is ${port}. It must be ${wantedPort}.`)
}

/** Whether no collection of the application has a record: keys may have been made before the first start. */
async function isEmpty({ db }: OpenApp, app: App): Promise<boolean> {
  for (const { name } of app.collections) if ((await db[name]!.first()) !== undefined) return false
  return true
}

function tellChanges({ isNew, appliedChanges, pendingChanges }: OpenApp): void {
  if (appliedChanges !== undefined && !isNew) console.error(`The database was changed.\n${appliedChanges}\n`)
  if (pendingChanges === undefined) return
  console.error(`The database is not yet what the declarations say.\n${pendingChanges}`)
  console.error('Write it as a file with galley migrate plan, read it, and run galley migrate apply.\n')
}
