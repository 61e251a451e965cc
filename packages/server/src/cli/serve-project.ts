import { createLog } from '../adapters/log/pino-log.ts'
import { type OpenApp, openApp } from '../app/open-app.ts'
import { seedApp } from '../app/seed-app.ts'
import { type Served, serveApp } from '../app/serve-app.ts'
import type { StopOptions } from '../http/http-server.ts'
import type { App } from '../model/app.ts'
import type { Bus } from '../ports/bus.ts'
import type { Log } from '../ports/log.ts'
import { banner } from './banner.ts'
import { boundHeap } from './bound-heap.ts'
import { freePort, ownUrl } from './own-url.ts'
import { findProject, type Project } from './project.ts'
import { isDevelopment, surroundingsOf } from './surroundings.ts'

/** What was asked for on the command line. */
export interface ServeOptions {
  readonly migrate: boolean
  readonly seed: boolean
  /** Whether jobs are done here. */
  readonly works: boolean
  readonly port: string | undefined
  readonly host: string | undefined
  readonly app: string | undefined
}

export interface ServeSurroundings {
  /** When to stop. */
  readonly stop: Promise<StopOptions>
  /** Whether to tell at the terminal what was, and was not, changed in the database. */
  readonly tellsChanges: boolean
  /** Data of every line of the log. */
  readonly logBase?: Readonly<Record<string, unknown>>
  /** Is given the log as soon as there is one. */
  onLog?(log: Log): void
  /** Reaches the other processes. Default: there are none. */
  openBus?(log: Log): Bus
  onServed(served: Served, banner: string): void
}

/** Serves the application in this process until it is to stop, and what is in work has been answered. */
export async function serveProject(options: ServeOptions, surroundings: ServeSurroundings): Promise<void> {
  const project = await findProject(options.app, { PORT: options.port, HOST: options.host })
  const { databaseUrl, logLevel } = project.environment
  const log = createLog({ level: logLevel, ...(surroundings.logBase && { base: surroundings.logBase }) })
  surroundings.onLog?.(log)
  const { migrationsFolder } = project
  const migrate = options.migrate ? 'safe' : 'refuse'
  const bus = surroundings.openBus?.(log)
  const address = await addressOf(project)
  const place = surroundingsOf(project, address.ownUrl)
  const opened = await openApp(project.app, {
    databaseUrl,
    migrationsFolder,
    log,
    migrate,
    surroundings: place,
    ...(bus && { bus }),
  })
  try {
    if (options.seed && project.seed !== undefined && (await isEmpty(opened, project.app)))
      await seedApp(opened, project.seed)
    const served = await serveApp(opened, {
      ...project.environment,
      port: address.port,
      log,
      bus,
      works: options.works,
    })
    let how: StopOptions | undefined
    try {
      if (surroundings.tellsChanges) tellChanges(opened)
      const url = address.ownUrl ?? (await ownUrl(project.environment.host, served.port))
      const about = banner(project, opened, url, place.isDevelopment)
      surroundings.onServed(
        served,
        [about, ...(surroundings.tellsChanges ? await greetings(opened, url) : [])].join('\n'),
      )
      boundHeap()
      how = await surroundings.stop
    } finally {
      // What still listens would keep the process alive, also when something failed.
      await served.stop(how)
    }
  } finally {
    await opened.close()
    await bus?.close()
  }
}

/** In development links lead to the address that the banner shows; in production only BASE_URL says where they lead. */
async function addressOf({ environment }: Project): Promise<{ readonly port: number; readonly ownUrl?: string }> {
  const { host, port } = environment
  if (!isDevelopment()) return { port }
  const known = port === 0 ? await freePort(host) : port
  return { port: known, ownUrl: await ownUrl(host, known) }
}

async function greetings({ features }: OpenApp, url: string): Promise<readonly string[]> {
  const texts = await Promise.all(features.map((feature) => feature.greet?.(url)))
  return texts.filter((text) => text !== undefined)
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
