import { newId } from '../base/id.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { defaultLimits, type Limits } from '../model/app.ts'
import type { JobModel } from '../model/compile-jobs.ts'
import type { CollectionModel, Model } from '../model/model.ts'
import type { Bus } from '../ports/bus.ts'
import type { Database, Row, Statement, Transaction } from '../ports/database.ts'
import type { Log } from '../ports/log.ts'
import type { Queue } from '../ports/queue.ts'
import type { CursorSigner } from '../query/cursor.ts'
import { collectIssues } from '../query/errors.ts'
import type { SelectionContext } from '../query/selection.ts'
import { collectValues } from '../query/values.ts'
import { createStatements, type Statements } from '../sql/statements.ts'
import { Freshness } from './cache/freshness.ts'
import { ResponseCache } from './cache/response-cache.ts'
import type { Touched } from './cache/touched.ts'
import { trackedDatabase, type WriteAlone } from './cache/tracked-database.ts'
import { operationErrors } from './errors.ts'
import type { OperationContext } from './operations.ts'
import { OutboxNews } from './outbox-news.ts'
import { createPrepared, type Prepared } from './prepared.ts'
import { DatabaseQueue } from './queue/database-queue.ts'

/** What the operations of one application share. */
export interface Runtime {
  readonly model: Model
  readonly database: Database
  readonly statements: Statements
  readonly signer: CursorSigner
  readonly limits: Limits
  readonly log: Log
  readonly prepared: Prepared
  readonly freshness: Freshness
  /** Tells of entries of the outbox that were committed. */
  readonly outboxNews: OutboxNews
  /** Where jobs wait. */
  readonly queue: Queue
  /** All jobs by their names; those of started features are added. */
  readonly jobs: Map<string, JobModel>
  readonly responses: ResponseCache
  /** What a transaction has touched so far; undefined when it was not opened by `database`. */
  touchedIn(tx: Transaction): Touched | undefined
  /** Runs a statement as a transaction by itself, where the database has a shorter way for that. */
  readonly writeAlone: WriteAlone | undefined
  /** Tells that the next statement of a transaction may be committed along with it. */
  commitBegins(tx: Transaction): void
  readonly newId: () => string
  /** Idempotency keys of requests that are running in this process. */
  readonly runningKeys: Set<string>
}

export interface RuntimeParts {
  readonly model: Model
  readonly database: Database
  readonly signer: CursorSigner
  readonly log: Log
  /** Reaches the other processes of the application; default: there are none. */
  readonly bus?: Bus
  /** Default: the one that rests in the database. */
  readonly queue?: Queue
}

export function createRuntime({ model, database, signer, log, bus, queue: given }: RuntimeParts): Runtime {
  const limits = { ...defaultLimits, ...model.settings.limits }
  const freshness = new Freshness({ database, bus, log })
  const outboxNews = new OutboxNews()
  const queue = given ?? new DatabaseQueue({ database, bus, log })
  const onCommit = (tx: Transaction) => {
    outboxNews.committed(tx)
    queue.committed(tx)
  }
  const runtime: Runtime = {
    ...trackedDatabase(database, freshness, onCommit),
    outboxNews,
    queue,
    jobs: new Map(model.jobs),
    model,
    signer,
    log,
    limits,
    freshness,
    responses: new ResponseCache({ freshness, model, maxBytes: limits.cacheBytes }),
    statements: createStatements(database.dialect),
    newId: () => newId(),
    runningKeys: new Set(),
    prepared: createPrepared((context, isText) => askAs(context, runtime, isText)),
  }
  return runtime
}

/** Callers get at most this many records at once; logic of the application may ask for more. */
export const maxLimit = 100
const maxLocalLimit = 10_000

/** A fresh place for the values and problems of one request. */
export function askAs(context: OperationContext, runtime: Runtime, isText = false): SelectionContext {
  return {
    model: runtime.model,
    actor: context.actor,
    now: context.now,
    values: collectValues(),
    issues: collectIssues(),
    isText,
    count: { conditions: 0 },
    expandCount: { relations: 0 },
    maxConditions: runtime.limits.filterConditions,
    maxDepth: 8,
    maxExpandDepth: runtime.limits.expandDepth,
    maxExpandRelations: runtime.limits.expandRelations,
    maxLimit: context.isLocal === true ? maxLocalLimit : maxLimit,
  }
}

export function collectionNamed(name: string, runtime: Runtime): CollectionModel {
  const collection = runtime.model.collections.get(name)
  if (collection === undefined) throw operationErrors.unknown_collection({ details: { collection: name } })
  return collection
}

/** Runs a reading statement, inside the transaction when there is one. */
export function read(statement: Statement, context: OperationContext, runtime: Runtime): MaybePromise<readonly Row[]> {
  return context.tx === undefined ? runtime.database.read(statement) : context.tx.query(statement)
}

export type InTransaction = OperationContext & { readonly tx: NonNullable<OperationContext['tx']> }

/**
 * Runs a change in the transaction of the context, or in one of its own.
 *
 * Changes that logic of the application makes get a savepoint, so that it may catch their failure and go on.
 */
export function inTransaction<T>(
  context: OperationContext,
  runtime: Runtime,
  work: (context: InTransaction) => Promise<T>,
  timeoutMs?: number,
): Promise<T> {
  const { tx } = context
  if (tx === undefined)
    return runtime.database.transaction(
      (opened) => work({ ...context, tx: opened }),
      timeoutMs === undefined ? {} : { timeoutMs },
    )
  const joined = { ...context, tx }
  return context.isLocal === true ? tx.savepoint(() => work(joined)) : work(joined)
}
