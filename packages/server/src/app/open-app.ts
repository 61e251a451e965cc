import { hkdfSync, randomBytes } from 'node:crypto'
import { createMemoryBus } from '../adapters/bus/memory/index.ts'
import { type Clock, isoNow, systemClock } from '../base/clock.ts'
import { keysFeature } from '../features/keys/keys-feature.ts'
import { mail } from '../features/mail/mail-feature.ts'
import { webhooks } from '../features/webhooks/webhooks.ts'
import { createOutgoingFetch } from '../http/outgoing-http/create-outgoing-fetch.ts'
import { type Actor, system } from '../model/actor.ts'
import { type App, defaultLimits } from '../model/app.ts'
import type { JobModel } from '../model/compile-jobs.ts'
import { compileModel } from '../model/compile-model.ts'
import { expandRoles } from '../model/compile-roles.ts'
import type { LooseDb } from '../model/db.ts'
import type { FeatureContext, FeatureRuntime, Surroundings } from '../model/feature.ts'
import type { Model } from '../model/model.ts'
import { createRemembered } from '../operations/cache/remembered.ts'
import { createOperations } from '../operations/create-operations.ts'
import { createDb } from '../operations/local-db.ts'
import type { Operations } from '../operations/operations.ts'
import { DatabaseQueue } from '../operations/queue/database-queue.ts'
import { sweepReceipts } from '../operations/receipts.ts'
import { type Deliveries, OutboxRelay } from '../operations/relay/outbox-relay.ts'
import { createRuntime } from '../operations/runtime.ts'
import type { Bus } from '../ports/bus.ts'
import type { Database } from '../ports/database.ts'
import type { FileStore } from '../ports/file-store.ts'
import type { Log } from '../ports/log.ts'
import type { Mailer } from '../ports/mailer.ts'
import type { Queue } from '../ports/queue.ts'
import { createCursorSigner } from '../query/cursor.ts'
import { ensureSchema, type MigrateMode } from '../schema/ensure-schema.ts'
import type { MigrationFile } from '../schema/migration-file.ts'
import { migrationFolder, readMigrations } from '../schema/migration-folder.ts'
import { type Authenticate, authenticateWith } from './authenticate.ts'
import { databaseFromUrl } from './database-from-url.ts'
import { deliveriesOf } from './deliveries.ts'
import { appErrors } from './errors.ts'
import { fileStoreFromUrl } from './file-store-from-url.ts'
import { everyHour } from './housekeeping.ts'
import { canSendMail, mailerFromUrl } from './mailer-from-url.ts'
import { queueFromUrl } from './queue-from-url.ts'
import { rememberedSecret } from './remembered-secret.ts'
import { startFeatures } from './start-features.ts'
import { type BackgroundJobs, startJobs } from './start-jobs.ts'

export interface OpenOptions {
  readonly databaseUrl: string
  readonly log: Log
  /** What happens when the database is behind the model. An empty database is always filled. */
  readonly migrate: MigrateMode
  /** Holds the migration files, those of each kind of database in a folder of its own. An empty database counts them as applied. */
  readonly migrationsFolder?: string
  readonly clock?: Clock
  /** Reaches the other processes of the application. Default: there are none. Who makes it closes it, after the application. */
  readonly bus?: Bus
  /** Where jobs wait. Default: what QUEUE_URL says, else in the database. Who makes it closes it, after the application. */
  readonly queue?: Queue
  /** How many jobs this process does at the same time. Default 20. */
  readonly jobConcurrency?: number
  /** How long a process holds a job without a sign of life. Default 20 000. */
  readonly jobLeaseMs?: number
  /** Default: production, without an address or a folder. */
  readonly surroundings?: Partial<Surroundings>
}

export interface DeliveringOptions {
  /** Whether this process does jobs; false where others are there for that. What is in the outbox is delivered either way. Default true. */
  readonly works?: boolean
}

/** An application with its database open, not yet served to anybody. */
export interface OpenApp {
  readonly model: Model
  /** Everything that writes goes through here, or through `operations`: what is remembered of the data follows it. */
  readonly database: Database
  readonly operations: Operations
  /** Acts as the system: no rule is asked. */
  readonly db: LooseDb
  readonly authenticate: Authenticate
  /** The features that are running. */
  readonly features: readonly FeatureRuntime[]
  readonly clock: Clock
  /** Whether the database was empty and has just been filled with tables. */
  readonly isNew: boolean
  /** Changes of the schema that were made at the start, as text; undefined when there were none. */
  readonly appliedChanges: string | undefined
  /** Changes of the schema that were left for a person to decide, as text; undefined when there are none. */
  readonly pendingChanges: string | undefined
  readonly mailer: Mailer
  readonly fileStore: FileStore
  /** The jobs of the application, to look at, to try again, to cancel and to remove. */
  readonly queue: Queue
  /**
   * Adds a job by its name.
   *
   * @returns its id; undefined: one that is the same waits already (`unique`).
   * @throws operation_invalid
   */
  addJob(name: string, input: object): Promise<string | undefined>
  /** All jobs that this application does, by their names; those of its features too. */
  readonly jobs: ReadonlyMap<string, JobModel>
  /**
   * Delivers from now on what is added to the outbox, does the jobs that are due, and removes what is old, now and every hour, as whoever
   * serves the application does. It ends with `close`.
   */
  startDelivering(options?: DeliveringOptions): void
  /** Delivers all of the outbox that is due and that a feature delivers, does all jobs that are due, and waits for it. */
  deliverNow(): Promise<Deliveries>
  /** Removes what is old, as is done every hour. */
  tidy(): Promise<void>
  close(): Promise<void>
}

/**
 * Compiles the model, opens the database, brings its schema up to date and starts the features.
 *
 * @throws model_invalid, app_database_url, database_unavailable, schema_behind
 */
export async function openApp(app: App, options: OpenOptions): Promise<OpenApp> {
  const model = compileApp(app)
  const { statementMs } = { ...defaultLimits, ...model.settings.limits }
  const database = await databaseFromUrl(options.databaseUrl, undefined, { statementMs })
  let queue: Queue | undefined
  try {
    const { log, clock, bus = createMemoryBus(log), surroundings } = options
    const variables = surroundings?.variables ?? process.env
    queue =
      options.queue ?? (await queueFromUrl(variables.QUEUE_URL, () => new DatabaseQueue({ database, bus, clock, log })))
    return await openWith(model, database, queue, { ...options, bus })
  } catch (error) {
    if (options.queue === undefined) await queue?.close()
    await database.close()
    throw error
  }
}

/** Compiles an application with the features that every one has. */
export function compileApp(app: App): Model {
  const has = (name: string) => app.features.some((feature) => feature?.name === name)
  const isSentTo = app.features.some((feature) => (feature?.incomingWebhooks ?? []).length > 0)
  const implied = [...(has('mail') ? [] : [mail()]), ...(isSentTo && !has('webhooks') ? [webhooks()] : [])]
  return compileModel({ ...app, features: [keysFeature, ...implied, ...app.features] })
}

async function openWith(
  model: Model,
  database: Database,
  queue: Queue,
  { log, migrate, migrationsFolder, clock = systemClock, bus, ...options }: OpenOptions & { readonly bus: Bus },
): Promise<OpenApp> {
  const files = await migrationFiles(migrationsFolder, database)
  const schema = await ensureSchema(database, model, migrate, { files, clock })
  const signer = createCursorSigner(await rememberedSecret('cursors', database, () => randomBytes(32)))
  const runtime = createRuntime({ model, database, signer, log, bus, queue })
  const operations = createOperations(runtime)
  const nowIso = () => isoNow(clock)
  const dbAs = (actor: Actor) =>
    createDb({ actor, now: nowIso(), requestId: 'system' }, operations, nowIso) as unknown as LooseDb
  const db = dbAs(system)
  const place = { ...nowhere, variables: process.env, ...options.surroundings }
  const mailer = mailerFromUrl(place)
  const fileStore = await fileStoreFromUrl(place)
  const context: FeatureContext = {
    model,
    db,
    dbAs,
    clock,
    log,
    surroundings: place,
    mailer,
    fileStore,
    expandRoles: (roles) => expandRoles(model.roles, roles),
    fetch: createOutgoingFetch(model.settings.outgoing),
    remember: (options) => createRemembered(options, runtime.freshness),
    secret: async (name) =>
      derivedSecret(name, place.variables) ?? rememberedSecret(`feature.${name}`, database, () => randomBytes(32)),
    transaction: (work) => operations.transact({ actor: system, now: nowIso(), requestId: 'system' }, work),
  }
  const features = await startFeatures(model.features, context)
  const jobs = await startJobs({
    runtime,
    operations,
    context,
    features: features.running,
    concurrency: options.jobConcurrency,
    leaseMs: options.jobLeaseMs,
  }).catch(async (error: unknown) => {
    await features.stop().catch(() => {}) // why it did not start is what matters
    throw error
  })
  const deliveries = deliveriesOf(features.running, queue)
  const relay = new OutboxRelay({ database: runtime.database, deliveries, news: runtime.outboxNews, bus, clock, log })
  const tidy = async () => {
    await sweepReceipts(nowIso(), runtime)
    await jobs.tidy()
    for (const feature of features.running) await feature.tidy?.()
  }
  let endTidying: (() => Promise<void>) | undefined
  return {
    model,
    database: runtime.database,
    operations,
    db,
    clock,
    authenticate: authenticateWith(features.running),
    features: features.running,
    isNew: schema.isNew,
    appliedChanges: schema.appliedChanges,
    pendingChanges: schema.pendingChanges,
    mailer,
    fileStore,
    queue,
    addJob: (name, input) => context.transaction((effects) => effects.jobs.add(name, input)),
    jobs: runtime.jobs,
    startDelivering({ works = true } = {}) {
      if (model.mails.size > 0 && !canSendMail(mailer)) log.warn({}, noMailSentence)
      relay.start()
      if (works) jobs.start()
      endTidying ??= everyHour(tidy, log)
    },
    deliverNow: () => deliverAll(relay, jobs),
    tidy,
    async close() {
      await Promise.all([relay.stop(), jobs.stop()])
      try {
        await features.stop()
      } finally {
        await mailer.close()
        await fileStore.close()
        await endTidying?.()
        if (options.queue === undefined) await queue.close()
        runtime.freshness.close()
        await database.close()
      }
    },
  }
}

/** What is delivered may add jobs, and jobs may add what is delivered. */
async function deliverAll(relay: OutboxRelay, jobs: BackgroundJobs): Promise<Deliveries> {
  let delivered = 0
  const failures: Deliveries['failures'][number][] = []
  for (;;) {
    const outbox = await relay.deliverNow()
    const done = await jobs.runDue()
    delivered += outbox.delivered + done.delivered
    failures.push(...outbox.failures, ...done.failures)
    if (done.delivered + done.failures.length === 0) return { delivered, failures }
  }
}

/** What is told where mails would be sent, and cannot be. */
export const noMailSentence =
  'No mail can be sent: MAIL_URL is not set. Set it to smtps://user:password@host, or to inbox:./data/mail to keep mails in files; galley dev shows them.'

/** Of a secret that is kept outside of the database, so that a copy of the database opens nothing. */
function derivedSecret(name: string, { GALLEY_SECRET }: Surroundings['variables']): Buffer | undefined {
  if (GALLEY_SECRET === undefined || GALLEY_SECRET === '') return undefined
  if (GALLEY_SECRET.length < 32) throw appErrors.secret_short()
  return Buffer.from(hkdfSync('sha256', GALLEY_SECRET, '', `galley ${name}`, 32))
}

const nowhere = { baseUrl: undefined, isDevelopment: false, dataDir: undefined } as const

async function migrationFiles(folder: string | undefined, { dialect }: Database): Promise<readonly MigrationFile[]> {
  return folder === undefined ? [] : readMigrations(migrationFolder(folder, dialect.name))
}
