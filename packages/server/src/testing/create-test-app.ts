import { type OpenApp, openApp } from '../app/open-app.ts'
import { seedApp } from '../app/seed-app.ts'
import { type Served, serveApp } from '../app/serve-app.ts'
import { type Clock, isoNow } from '../base/clock.ts'
import { silentLog } from '../base/silent-log.ts'
import type { Actor } from '../model/actor.ts'
import { anonymous } from '../model/actor.ts'
import type { App } from '../model/app.ts'
import { expandRoles } from '../model/compile-roles.ts'
import type { Db } from '../model/db.ts'
import type { Feature, KnownActor, Surroundings } from '../model/feature.ts'
import { createDb } from '../operations/local-db.ts'
import type { Log } from '../ports/log.ts'
import type { KeptMail } from '../ports/mailer.ts'
import type { Queue } from '../ports/queue.ts'

export interface TestAppOptions<Map = any> {
  // any: whatever the collections
  /** Default: a database in memory of its own. */
  readonly database?: string
  /** The application's own `seed`, to begin with data. */
  readonly seed?: (db: Db<Map>) => Promise<void>
  readonly clock?: Clock
  readonly log?: Log
  /** Where jobs wait. Default: in its database. Who makes it closes it, after the application. */
  readonly queue?: Queue
  /** Default: in development, at `http://localhost:3000`, without environment variables. */
  readonly surroundings?: Partial<Surroundings>
}

/** Somebody, in a test. Roles bring what they include. */
export interface TestActor extends Partial<Omit<Actor, 'kind'>> {
  /** Default `user`. */
  readonly kind?: 'user' | 'key'
}

/** What one actor can do with an application. */
export interface ActingAs<Map> {
  readonly actor: Actor
  /** The data API with the actor's rights. */
  readonly db: Db<Map>
  /** A request to the served application, over real HTTP. `path` begins with a slash. */
  fetch(path: string, init?: RequestInit): Promise<Response>
}

export interface TestApp<Map = any> extends ActingAs<Map> {
  /** The parts of the application, for what the rest does not reach. */
  readonly open: OpenApp
  /** Acts as the system: no rule is asked. */
  readonly system: Db<Map>
  as(actor: TestActor): ActingAs<Map>
  /** Where it is served; served from the first call on. */
  url(): Promise<string>
  /**
   * The mails it has sent, the newest first: what lies in the outbox is delivered before.
   *
   * @throws the error of a mail that could not be sent.
   */
  mails(): Promise<readonly KeptMail[]>
  close(): Promise<void>
}

/**
 * Starts an application for a test, in milliseconds: in memory, silent, without rate limits.
 *
 * ```ts
 * const app = await createTestApp(store)
 * const ada = app.as({ id: customer.id, roles: ['customer'] })
 * const answer = await ada.fetch('/api/carts')
 * ```
 */
export async function createTestApp<Map = any>(
  declared: App<Map>,
  options: TestAppOptions = {},
): Promise<TestApp<Map>> {
  const tokens = new Map<string, KnownActor>()
  const log = options.log ?? silentLog
  const app: App = {
    ...declared,
    settings: { rateLimit: false, ...declared.settings },
    features: [...declared.features, tokenFeature(tokens)],
  }
  const open = await openApp(app, {
    databaseUrl: options.database ?? 'sqlite::memory:',
    log,
    migrate: 'safe',
    surroundings: { isDevelopment: true, baseUrl: 'http://localhost:3000', variables: {}, ...options.surroundings },
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.queue === undefined ? {} : { queue: options.queue }),
  })
  if (options.seed !== undefined) await seedApp(open, options.seed)
  let served: Promise<Served> | undefined
  const url = async () => {
    // What is delivered, and when, is for the test to say: `mails`, or `open.deliverNow`.
    served ??= serveApp(open, { host: '127.0.0.1', port: 0, log, delivers: false })
    return (await served).url
  }
  const acting = (actor: Actor): ActingAs<Map> => ({ actor, db: dbOf(open, actor), fetch: fetchAs(actor, tokens, url) })
  return {
    ...acting(anonymous),
    open,
    system: open.db as unknown as Db<Map>,
    as: ({ kind = 'user', id = null, roles = [], ...rest }) =>
      acting({ ...rest, kind, id, roles: expandRoles(open.model.roles, roles) }),
    url,
    async mails() {
      const { failures } = await open.deliverNow()
      if (failures.length > 0) throw failures[0]!.error
      return (await open.mailer.inbox?.list()) ?? []
    },
    async close() {
      await (await served)?.stop()
      await open.close()
    },
  }
}

/** Lets a test be anybody: a token stands for an actor. */
function tokenFeature(tokens: ReadonlyMap<string, KnownActor>): Feature {
  return {
    name: 'test-tokens',
    start: () => ({ authenticate: async ({ authorization = '' }) => tokens.get(authorization) }),
  }
}

function fetchAs<M>(actor: Actor, tokens: Map<string, KnownActor>, url: () => Promise<string>): ActingAs<M>['fetch'] {
  return async (path, init = {}) => {
    const headers = new Headers(init.headers)
    if (isKnown(actor) && !headers.has('authorization')) headers.set('authorization', tokenFor(actor, tokens))
    return fetch((await url()) + path, { ...init, headers })
  }
}

function isKnown(actor: Actor): actor is KnownActor {
  return actor.kind === 'user' || actor.kind === 'key'
}

function tokenFor(actor: KnownActor, tokens: Map<string, KnownActor>): string {
  const token = `Test ${JSON.stringify(actor)}`
  tokens.set(token, actor)
  return token
}

function dbOf<M>(open: OpenApp, actor: Actor): Db<M> {
  const nowIso = () => isoNow(open.clock)
  return createDb({ actor, now: nowIso(), requestId: 'test' }, open.operations, nowIso) as Db<M>
}
