import { isoNow } from '../base/clock.ts'
import { type JobsDone, JobWorker } from '../features/jobs/job-worker.ts'
import { type Actor, system } from '../model/actor.ts'
import { compileFeatureJobs, type JobModel } from '../model/compile-jobs.ts'
import type { FeatureContext, FeatureRuntime } from '../model/feature.ts'
import { newJob } from '../operations/add-job.ts'
import { inputValues } from '../operations/input-values.ts'
import type { Operations } from '../operations/operations.ts'
import type { Runtime } from '../operations/runtime.ts'

export interface JobParts {
  readonly runtime: Runtime
  readonly operations: Operations
  readonly context: FeatureContext
  /** Those that are started: their jobs are done too. */
  readonly features: readonly FeatureRuntime[]
  readonly concurrency?: number | undefined
  readonly leaseMs?: number | undefined
}

/** Work in the background, ready to be done. */
export interface BackgroundJobs {
  /** Does from now on what is due, and what schedules say. */
  start(): void
  /** Does all that is due, and waits for it. */
  runDue(): Promise<JobsDone>
  /** Removes what has ended and was kept for long enough. */
  tidy(): Promise<void>
  /** Finishes what is under way, gives the rest back. */
  stop(): Promise<void>
}

const dayMs = 86_400_000

/**
 * Prepares all jobs of the application and of its features; none is done yet.
 *
 * @throws model_invalid, job_schedule_invalid
 */
export async function startJobs({
  runtime,
  operations,
  context,
  features,
  concurrency,
  leaseMs,
}: JobParts): Promise<BackgroundJobs> {
  const { queue, jobs, model } = runtime
  const { clock, log, db, fetch } = context
  const built = compileFeatureJobs(
    features.flatMap((feature) => feature.jobs ?? []),
    model,
  )
  for (const [name, job] of built) jobs.set(name, job)
  const asking = () => ({ actor: system, now: isoNow(clock) }) satisfies { actor: Actor; now: string }
  const worker = new JobWorker({
    jobs,
    ...(concurrency !== undefined && { concurrency }),
    ...(leaseMs !== undefined && { leaseMs }),
    place: {
      queue,
      db,
      clock,
      log,
      fetch,
      random: Math.random,
      transaction: (work, hold) => operations.transact({ ...asking(), requestId: `job ${hold.id}` }, work, hold),
      inputOf: (job, stored) => inputValues(stored, job.input, asking()),
    },
  })
  const schedules = await schedulesOf(runtime, context, asking)
  return {
    start() {
      worker.start()
      schedules?.start()
    },
    async runDue() {
      await schedules?.tick()
      return worker.runDue()
    },
    async tidy() {
      const secret = [...jobs.values()].filter(({ isSecret }) => isSecret).map(({ name }) => name)
      if (secret.length > 0) await queue.forgetInputs(secret, new Date(clock.nowMs() - dayMs).toISOString())
      await queue.removeOld()
    },
    async stop() {
      await schedules?.stop()
      await worker.stop()
    },
  }
}

/** What reads schedules is loaded where there are any. */
async function schedulesOf(
  runtime: Runtime,
  { clock, log }: FeatureContext,
  asking: () => { readonly actor: Actor; readonly now: string },
) {
  const { queue, jobs } = runtime
  if (![...jobs.values()].some(({ schedule }) => schedule !== undefined)) return undefined
  const { Schedules } = await import('../features/jobs/schedules.ts')
  return new Schedules({ queue, jobs, clock, log, newJob: (job: JobModel) => newJob(job, {}, {}, asking(), runtime) })
}
