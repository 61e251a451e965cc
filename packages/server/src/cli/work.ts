import { createLog } from '../adapters/log/pino-log.ts'
import { openApp } from '../app/open-app.ts'
import { count } from '../schema/count.ts'
import { defineCommand, usageError } from './command.ts'
import { appOption, findProject } from './project.ts'
import { stopRequested } from './stop-requested.ts'
import { surroundingsOf, usualUrl } from './surroundings.ts'

const usualConcurrency = 20
const wantedConcurrency = 'a number from 1 to 1000'

export const workCommand = defineCommand('work', {
  summary: 'Do the jobs of the application in a process of their own, without serving it.',
  options: {
    concurrency: {
      type: 'string',
      value: 'number',
      wanted: wantedConcurrency,
      description: `How many jobs at the same time. Default: ${usualConcurrency}.`,
    },
    app: appOption,
  },
  notes: [
    'Any number of them work together: each job is done by one. Whoever serves does jobs too, unless it is galley start --no-jobs.',
    'When one dies, its jobs are taken over by others within 30 seconds.',
    'Ctrl-C, or the signal TERM, ends it when the jobs under way are done; after 10 seconds the others are given back.',
  ].join('\n'),
  async run({ concurrency, app }) {
    const jobConcurrency = concurrencyFrom(concurrency)
    const stop = stopRequested(['SIGINT', 'SIGTERM'])
    const project = await findProject(app)
    const { databaseUrl, logLevel } = project.environment
    const opened = await openApp(project.app, {
      databaseUrl,
      migrationsFolder: project.migrationsFolder,
      log: createLog({ level: logLevel }),
      migrate: 'refuse',
      surroundings: surroundingsOf(project, usualUrl(project)),
      jobConcurrency,
    })
    // Waiting for a signal is, to Node, no reason to go on.
    const awake = setInterval(() => {}, 2 ** 30)
    try {
      opened.startDelivering()
      const kinds = count(opened.jobs.size, 'kind')
      console.error(`Doing the jobs of ${opened.model.name}: ${kinds}, ${jobConcurrency} at a time.`)
      await stop
    } finally {
      clearInterval(awake)
      await opened.close()
    }
  },
})

function concurrencyFrom(text: string | undefined): number {
  if (text === undefined) return usualConcurrency
  if (/^[1-9]\d{0,3}$/.test(text) && Number(text) <= 1_000) return Number(text)
  throw usageError('work', `The option --concurrency is ${text}. It must be ${wantedConcurrency}.`)
}
