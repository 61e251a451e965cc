import type { Log } from '../ports/log.ts'
import { defineCommand, usageError } from './command.ts'
import { isPort, wantedPort } from './environment.ts'
import { listenToHangUp } from './hang-up.ts'
import { appOption } from './project.ts'
import type { ServeSurroundings } from './serve-project.ts'
import { stopRequested } from './stop-requested.ts'
import { wantedWorkers, workerCount } from './workers/worker-count.ts'

export const serverOptions = Object.freeze({
  port: {
    type: 'string',
    value: 'number',
    wanted: wantedPort,
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
    'no-jobs': { type: 'boolean', description: 'Do no jobs here: galley work does them in other processes.' },
    ...serverOptions,
    workers: {
      type: 'string',
      value: 'number',
      wanted: wantedWorkers,
      description: 'How many processes serve it; auto: one for each core. Default: WORKERS, or this process alone.',
    },
  },
  notes: [
    'Reads PORT, HOST, WORKERS, DATABASE_URL, DATA_DIR, BASE_URL, MAIL_URL, MAIL_FROM, FILES_URL, QUEUE_URL and LOG_LEVEL, also from .env.',
    'Ctrl-C, or the signal TERM, stops it when the requests in work have been answered.',
    'With workers, also with one, the signal HUP replaces them one after the other by new ones, which read all files anew.',
    'Without workers, HUP changes nothing.',
  ].join('\n'),
  async run({ migrate = false, seed = false, 'no-jobs': noJobs = false, port, host, app, workers }) {
    requirePort(port)
    const count = workerCount(workers)
    const options = { migrate, seed, works: !noJobs, port, host, app }
    if (process.env.GALLEY_WORKER) return (await import('./workers/worker.ts')).serveAsWorker(options)
    if (count !== undefined) return (await import('./workers/serve-by-workers.ts')).serveByWorkers(count, options)
    const signals = listenAlone()
    const { serveProject } = await import('./serve-project.ts')
    await serveProject(options, {
      ...signals,
      tellsChanges: true,
      onServed: (_served, banner) => console.error(banner),
    })
  },
})

/** HUP has nobody to replace here. To end by it without a word would look, to what watches over this process, as if it were wanted. */
function listenAlone(): Pick<ServeSurroundings, 'stop' | 'onLog'> {
  let log: Log | undefined
  const closed = Promise.withResolvers<void>()
  const onSent = () => log?.warn({}, 'HUP replaces workers: start with --workers 1 to deploy without a pause')
  listenToHangUp({ onClosed: closed.resolve, onSent })
  return {
    stop: Promise.race([closed.promise, stopRequested(['SIGINT', 'SIGTERM'])]).then(() => ({})),
    onLog(opened) {
      log = opened
    },
  }
}

/** An empty one counts as not given, as an empty variable does. */
function requirePort(port = ''): void {
  if (port !== '' && !isPort(port)) throw usageError('start', `--port is ${port}. It must be ${wantedPort}.`)
}
