import type { OpenApp } from '../app/open-app.ts'
import { nearestName } from '../base/nearest-name.ts'
import type { DeadJobs, JobState, StoredJob } from '../ports/queue.ts'
import { count } from '../schema/count.ts'
import { defineCommand, didYouMean, usageError } from './command.ts'
import { cliErrors } from './errors.ts'
import { appOption } from './project.ts'
import { tableLines } from './table.ts'
import { withApp } from './with-app.ts'

const states = ['waiting', 'running', 'done', 'dead', 'cancelled'] as const satisfies readonly JobState[]

const nameOption = { type: 'string', value: 'job', description: 'Only of this name.' } as const
const jsonOption = { type: 'boolean', description: 'Print JSON.' } as const

export const jobsStatus = defineCommand('jobs status', {
  summary: 'Count the jobs, by name and state.',
  options: { json: jsonOption, app: appOption },
  notes: 'Dead are those that have failed as often as they may: see them by galley jobs list --state dead.',
  run: ({ json = false, app: file }) =>
    withApp(file, async ({ queue }) => {
      const counts = await queue.count()
      if (json) return console.log(JSON.stringify(counts, null, 2))
      if (counts.length === 0) return console.error('There are no jobs: all that were added are done.')
      const names = [...new Set(counts.map(({ name }) => name))].sort()
      const of = (name: string, state: JobState) =>
        String(counts.find((entry) => entry.name === name && entry.state === state)?.count ?? 0)
      const rows = names.map((name) => [name, ...states.map((state) => of(name, state))])
      for (const line of tableLines(['job', ...states], rows)) console.log(line)
    }),
})

export const jobsList = defineCommand('jobs list', {
  summary: 'List jobs, the latest added first.',
  options: {
    state: { type: 'string', value: 'state', wanted: wantedState(), description: `Only such: ${states.join(', ')}.` },
    name: nameOption,
    limit: { type: 'string', value: 'number', description: 'At most so many, up to 200. Default: 20.' },
    json: jsonOption,
    app: appOption,
  },
  run: ({ state, name, limit = '20', json = false, app: file }) =>
    withApp(file, async (app) => {
      const query = { ...wanted(state, name, app), limit: limitFrom(limit) }
      const found = await app.queue.list(query)
      if (json) return console.log(JSON.stringify(found, null, 2))
      if (found.length === 0) return console.error('There are no such jobs.')
      const header = ['id', 'job', 'state', 'failures', 'added', 'not before', 'last error']
      for (const line of tableLines(header, found.map(row))) console.log(line)
    }),
})

export const jobsShow = defineCommand('jobs show', {
  summary: 'Tell all about one job, with its input and last error.',
  arguments: ['id'],
  options: { app: appOption },
  run: ({ app: file }, id = '') =>
    withApp(file, async ({ queue }) => {
      const found = await queue.find(id)
      if (found === undefined) throw cliErrors.no_job({ details: { id } })
      console.log(JSON.stringify(found, null, 2))
    }),
})

export const jobsAdd = defineCommand('jobs add', {
  summary: 'Add a job now, such as one that has a schedule.',
  arguments: ['job'],
  options: {
    input: { type: 'string', value: 'json', description: 'What it takes: \'{"order": "…"}\'. Default: {}.' },
    app: appOption,
  },
  notes: 'It is done by whoever serves the application, or by galley work.',
  run: ({ input = '{}', app: file }, name = '') =>
    withApp(file, async (app) => {
      requireJob('jobs add', name, app)
      const values = inputFrom(input)
      const id = await app.addJob(name, values)
      if (id === undefined) return console.error('The same job waits already. Nothing was added.')
      console.log(id)
    }),
})

export const jobsRetry = defineCommand('jobs retry', {
  summary: 'Let dead jobs be tried again, as if they had never failed.',
  optionalArguments: ['id'],
  options: { name: { ...nameOption, description: 'All dead jobs of this name.' }, app: appOption },
  run: ({ name, app: file }, id) =>
    withApp(file, async ({ queue }) => {
      const retried = await queue.retry(oneOrName('jobs retry', id, name))
      if (retried === 0 && id !== undefined) throw cliErrors.no_job({ details: { id } })
      console.log(`${count(retried, 'job')} will be tried again.`)
    }),
})

export const jobsCancel = defineCommand('jobs cancel', {
  summary: 'Take back a job that waits, or tell one that runs to end.',
  arguments: ['id'],
  options: { app: appOption },
  run: ({ app: file }, id = '') =>
    withApp(file, async ({ queue }) => {
      const what = await queue.cancel(id)
      if (what === undefined) throw cliErrors.no_job({ details: { id } })
      console.log(what === 'removed' ? 'It was taken back.' : 'It runs, and was told to end.')
    }),
})

export const jobsRemove = defineCommand('jobs remove', {
  summary: 'Remove jobs that are not running.',
  optionalArguments: ['id'],
  options: {
    name: nameOption,
    state: { type: 'string', value: 'state', description: 'With --name: those of this state. Default: dead.' },
    app: appOption,
  },
  run: ({ name, state = 'dead', app: file }, id) =>
    withApp(file, async ({ queue }) => {
      const which = oneOrName('jobs remove', id, name)
      const checked = stateFrom('jobs remove', state)
      if (checked === 'running') throw usageError('jobs remove', 'A job that runs is not removed. Cancel it first.')
      const removed = await queue.remove('ids' in which ? which : { ...which, state: checked })
      if (removed === 0 && id !== undefined) throw cliErrors.no_job({ details: { id } })
      console.log(`${count(removed, 'job')} removed.`)
    }),
})

function wanted(state: string | undefined, name: string | undefined, app: OpenApp) {
  if (name !== undefined) requireJob('jobs list', name, app)
  return {
    ...(state !== undefined && { state: stateFrom('jobs list', state) }),
    ...(name !== undefined && { name }),
  }
}

function requireJob(command: string, name: string, { jobs }: OpenApp): void {
  if (jobs.has(name)) return
  const near = didYouMean(nearestName(name, jobs.keys()))
  throw usageError(command, `There is no job ${name}.${near} There are: ${[...jobs.keys()].sort().join(', ')}.`)
}

function wantedState(): string {
  return `one of ${states.join(', ')}`
}

function stateFrom(command: string, text: string): JobState {
  const state = states.find((name) => name === text)
  if (state === undefined) throw usageError(command, `The option --state is ${text}. It must be ${wantedState()}.`)
  return state
}

function limitFrom(text: string): number {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > 200)
    throw usageError('jobs list', `The option --limit is ${text}. It must be a number from 1 to 200.`)
  return limit
}

function inputFrom(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // The sentence below says what is wanted.
  }
  throw usageError('jobs add', 'The option --input takes a JSON object: \'{"order": "…"}\'.')
}

function oneOrName(command: string, id: string | undefined, name: string | undefined): DeadJobs {
  if (id !== undefined && name === undefined) return { ids: [id] }
  if (name !== undefined && id === undefined) return { name }
  throw usageError(command, 'Give the id of one job, or the --name of many.')
}

function row({ id, name, state, failures, addedAt, runAt = '', lastError = '' }: StoredJob): readonly string[] {
  return [id, name, state, String(failures), addedAt, state === 'waiting' ? runAt : '', firstLine(lastError)]
}

function firstLine(text: string): string {
  const [line = ''] = text.split('\n')
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}
