import { type Duration, durationMs } from '../base/duration.ts'
import { checkOptions } from './check-options.ts'
import { compileInput } from './compile-input.ts'
import type { Job, JobOptions } from './job.ts'
import type { FieldModel, Model } from './model.ts'
import { collectProblems, declarationError, type Problems } from './problems.ts'

/** A job whose options have been checked and completed. */
export interface JobModel {
  readonly name: string
  readonly input: ReadonlyMap<string, FieldModel>
  readonly description: string | undefined
  readonly retry: RetryModel
  readonly timeoutMs: number
  /** Undefined: as many as there is room for. */
  readonly concurrency: number | undefined
  readonly priority: number
  /** What makes two of them the same; undefined: nothing does. True: the input. */
  readonly unique: true | ((input: any) => string) | undefined // any: typed by the declaration
  readonly schedule: { readonly pattern: string; readonly timeZone: string } | undefined
  readonly keepMs: number
  readonly isSecret: boolean
  readonly run: Job['run']
}

export interface RetryModel {
  readonly attempts: number
  readonly delayMs: number
  /** 1: the delay is always the same. */
  readonly factor: number
  readonly maxDelayMs: number
}

/** Compiles jobs, and reports what is wrong with them. @param taken  names that are jobs already. */
export function compileJobs(
  jobs: readonly Job[],
  collections: { has(name: string): boolean },
  problems: Problems,
  taken: { has(name: string): boolean } = new Set(),
): ReadonlyMap<string, JobModel> {
  const compiled = new Map<string, JobModel>()
  for (const declared of jobs) {
    const path = `jobs.${declared.name}`
    if (!namePattern.test(declared.name) || declared.name.length > 100)
      problems.add(
        path,
        'A job is named like orders.send-confirmation: letters, digits and - between points, at most 100.',
      )
    if (compiled.has(declared.name) || taken.has(declared.name))
      problems.add(path, 'There are two jobs of this name. Rename one.')
    compiled.set(declared.name, compileJob(declared, collections, path, problems))
  }
  return compiled
}

/**
 * Compiles the jobs that started features do.
 *
 * @throws model_invalid  with every problem there is.
 */
export function compileFeatureJobs(jobs: readonly Job[], model: Model): ReadonlyMap<string, JobModel> {
  const problems = collectProblems()
  const compiled = compileJobs(jobs, model.collections, problems, model.jobs)
  if (problems.all.length > 0) throw declarationError(model.name, problems.all)
  return compiled
}

const namePattern = /^[a-z][A-Za-z0-9-]*(\.[a-z][A-Za-z0-9-]*)*$/

function compileJob(
  { name, input, options, run }: Job,
  collections: { has(name: string): boolean },
  path: string,
  problems: Problems,
): JobModel {
  checkOptions(options, jobOptions, path, problems)
  const { timeout = '1m', concurrency, priority = 50, unique = false, keepFor, isSecret = false } = options
  const fields = compileInput(input, collections, `${path}.input`, problems)
  const at = (option: string) => ({ path: `${path}.${option}`, problems })
  const timeoutMs = msOf(timeout, at('timeout'))
  if (timeoutMs > dayMs)
    problems.add(`${path}.timeout`, 'An attempt takes at most 24h. Cut the work into several jobs.')
  if (concurrency !== undefined) requireInteger(concurrency, 1, 1_000, at('concurrency'))
  requireInteger(priority, 0, 100, at('priority'))
  if (options.schedule !== undefined) checkScheduled(fields, options.schedule, at('schedule'))
  else if (options.timeZone !== undefined)
    problems.add(`${path}.timeZone`, 'It is for a schedule. Give one, or leave it out.')
  return Object.freeze({
    name,
    input: fields,
    description: options.description,
    retry: compileRetry(options.retry, at('retry')),
    timeoutMs,
    concurrency,
    priority,
    unique: unique === false ? undefined : unique,
    schedule:
      options.schedule === undefined
        ? undefined
        : Object.freeze({ pattern: options.schedule, timeZone: options.timeZone ?? 'UTC' }),
    keepMs: keepFor === undefined ? 0 : msOf(keepFor, at('keepFor')),
    isSecret,
    run,
  })
}

const dayMs = 86_400_000

const jobOptions = [
  'description',
  'retry',
  'timeout',
  'concurrency',
  'priority',
  'unique',
  'schedule',
  'timeZone',
  'keepFor',
  'isSecret',
] as const satisfies readonly (keyof JobOptions)[]

interface Place {
  readonly path: string
  readonly problems: Problems
}

function compileRetry(retry: JobOptions['retry'] = {}, place: Place): RetryModel {
  checkOptions(retry, ['attempts', 'backoff', 'delay', 'factor', 'maxDelay'], place.path, place.problems)
  const { attempts = 8, backoff = 'exponential', delay = '30s', factor = 2, maxDelay = '1d' } = retry
  const at = (option: string) => ({ ...place, path: `${place.path}.${option}` })
  requireInteger(attempts, 1, 100, at('attempts'))
  if (backoff !== 'fixed' && backoff !== 'exponential')
    place.problems.add(`${place.path}.backoff`, 'It is fixed or exponential.')
  if (!(factor > 1 && factor <= 10)) place.problems.add(`${place.path}.factor`, 'It is above 1, and at most 10.')
  return Object.freeze({
    attempts,
    delayMs: msOf(delay, at('delay')),
    factor: backoff === 'fixed' ? 1 : factor,
    maxDelayMs: msOf(maxDelay, at('maxDelay')),
  })
}

/** Whoever adds it by the clock gives no input. */
function checkScheduled(fields: ReadonlyMap<string, FieldModel>, pattern: string, { path, problems }: Place): void {
  if (!/^(\S+\s+){4,5}\S+$/.test(pattern.trim()))
    problems.add(
      path,
      'A schedule is like 0 3 * * *: minute, hour, day, month and weekday, with seconds before them if need be.',
    )
  for (const field of fields.values()) {
    if (!field.isOptional && !field.hasDefault)
      problems.add(
        path,
        `The input ${field.name} has no value when the schedule adds the job. Give it a default, or make it optional.`,
      )
  }
}

function msOf(duration: Duration, { path, problems }: Place): number {
  const ms = durationMs(duration)
  if (ms === undefined) problems.add(path, 'A time is like 90s, 15m, 12h or 30d.')
  return ms ?? 0
}

function requireInteger(value: number, min: number, max: number, { path, problems }: Place): void {
  if (!Number.isInteger(value) || value < min || value > max)
    problems.add(path, `It is a whole number from ${min} to ${max}.`)
}
