import { createHash } from 'node:crypto'
import { hintFor } from '../base/nearest-name.ts'
import type { JobModel } from '../model/compile-jobs.ts'
import type { DefaultContext } from '../model/field.ts'
import type { AddOptions, Job, Jobs } from '../model/job.ts'
import type { NewJob } from '../ports/queue.ts'
import type { RecordValues } from './check-input.ts'
import { operationErrors } from './errors.ts'
import type { InOrder } from './in-order.ts'
import { inputValues } from './input-values.ts'
import { addToOutbox, requireStorable } from './outbox.ts'
import type { InTransaction, Runtime } from './runtime.ts'

/** What logic of the application adds jobs by. */
export function jobsFor(context: InTransaction, inOrder: InOrder, runtime: Runtime): Jobs {
  const add = (job: Job | string, input: object, options: AddOptions = {}) =>
    inOrder(() => addJob(job, input, options, context, runtime))
  return { add }
}

/** The name under which jobs lie in the outbox until a queue takes them that rests elsewhere. */
export const handOverEntry = 'galley.job'

async function addJob(
  given: Job | string,
  input: object,
  options: AddOptions,
  context: InTransaction,
  runtime: Runtime,
): Promise<string | undefined> {
  const name = typeof given === 'string' ? given : given.name
  const job = runtime.jobs.get(name)
  if (job === undefined)
    throw operationErrors.job_unknown({ details: { name, hint: hintFor(name, runtime.jobs.keys()) } })
  return store(newJob(job, input, options, context, runtime), context, runtime)
}

/**
 * The job as the queue keeps it, its input checked.
 *
 * @throws operation_invalid, operation_job_option, operation_payload_too_large, operation_payload_unstorable
 */
export function newJob(
  job: JobModel,
  given: object,
  options: AddOptions,
  context: DefaultContext,
  { newId }: Pick<Runtime, 'newId'>,
): NewJob {
  const input = inputValues(given, job.input, context)
  const json = requireStorable(job.name, input)
  const { key, runAt, priority = job.priority } = options
  return {
    id: newId(),
    name: job.name,
    input,
    priority: checkedPriority(priority),
    runAt: runAt === undefined ? undefined : momentOf(runAt),
    key: key === undefined ? undefined : checkedKey(key),
    uniqueKey: uniqueKeyOf(job, input, json, key),
  }
}

async function store(job: NewJob, context: InTransaction, runtime: Runtime): Promise<string | undefined> {
  const { queue, database } = runtime
  if (queue.isTransactional) {
    const stored = queue.add([job], context.tx)
    // Where statements are run in this process, one that nobody waits for may have its turn when the transaction is over.
    if (job.uniqueKey !== undefined || !database.dialect.sharesRoundTrips) return (await stored)[0]
    stored.catch(() => {}) // the transaction fails with it
    return job.id
  }
  await addToOutbox({ kind: 'job', name: handOverEntry, payload: job }, context, runtime)
  return job.id
}

function uniqueKeyOf(
  { unique }: JobModel,
  input: RecordValues,
  json: string,
  key: string | undefined,
): string | undefined {
  if (unique === undefined) return undefined
  const text = unique === true ? (key ?? json) : unique(input)
  // Short enough for every index, whatever it is made of.
  return text.length <= 100 && storableKey.test(text) ? text : createHash('sha256').update(text).digest('base64url')
}

const storableKey = /^[\x20-\x7e]*$/

function checkedKey(key: unknown): string {
  if (typeof key === 'string' && key !== '' && key.length <= 200 && key.isWellFormed() && !key.includes('\0'))
    return key
  throw operationErrors.job_option({ details: { option: 'key', expected: 'a text of 1 to 200 characters' } })
}

function checkedPriority(priority: unknown): number {
  if (Number.isInteger(priority) && Number(priority) >= 0 && Number(priority) <= 100) return Number(priority)
  throw operationErrors.job_option({ details: { option: 'priority', expected: 'a whole number from 0 to 100' } })
}

function momentOf(runAt: string | Date): string {
  const ms = runAt instanceof Date ? runAt.getTime() : Date.parse(runAt)
  const moment = Number.isNaN(ms) ? '' : new Date(ms).toISOString()
  if (moment.length === 24) return moment
  throw operationErrors.job_option({ details: { option: 'runAt', expected: 'a Date or an ISO 8601 instant' } })
}
