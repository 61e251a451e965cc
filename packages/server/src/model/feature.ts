import type { Clock } from '../base/clock.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { FileStore } from '../ports/file-store.ts'
import type { Log } from '../ports/log.ts'
import type { Mailer } from '../ports/mailer.ts'
import type { OutgoingFetch } from '../ports/outgoing-http.ts'
import type { AccountManagement } from './account-management.ts'
import type { Action, Hook, Outbox } from './action.ts'
import type { Actor } from './actor.ts'
import type { Db, LooseDb } from './db.ts'
import type { FeatureRoute } from './feature-route.ts'
import type { IncomingWebhook } from './incoming-webhook.ts'
import type { AnyCollection, CollectionMap } from './infer.ts'
import type { Job, Jobs } from './job.ts'
import type { MailTemplate } from './mail-template.ts'
import type { Model } from './model.ts'
import type { Problems } from './problems.ts'

/** A part built through the plugin door: what it contributes is data, merged by `compileModel`. Made by `defineFeature`. */
export interface Feature {
  readonly name: string
  readonly collections?: readonly AnyCollection[]
  readonly actions?: readonly Action[]
  readonly hooks?: readonly Hook[]
  /** Jobs that need nothing of what `start` is given. */
  readonly jobs?: readonly Job[]
  /** Mails that it sends, by `sendMail`. */
  readonly mails?: readonly MailTemplate[]
  /** Mails that take the place of those of the same name in other features. */
  readonly mailOverrides?: readonly MailTemplate[]
  /** Events of other services, served at `POST /api/webhooks/{name}`. */
  readonly incomingWebhooks?: readonly IncomingWebhook[]
  /**
   * Reports what is wrong with the options of the feature, each problem with its path: `auth.accounts[0].register`.
   *
   * Called when the application is compiled, so that nothing starts that cannot be meant. What the feature's own collections and hooks
   * lack is not told then: it follows. @param model  without what could not be compiled, where there are other problems.
   */
  check?(model: Model, problems: Problems): void
  /** Called once when the application starts; what it returns serves until the application stops. */
  start?(context: FeatureContext): FeatureRuntime | Promise<FeatureRuntime>
}

/** @typeParam D  the data API: of the feature's own collections where they are known. */
export interface FeatureContext<D = LooseDb> {
  readonly model: Model
  /** Acts as the system: no rule is asked. */
  readonly db: D
  readonly clock: Clock
  readonly log: Log
  readonly surroundings: Surroundings
  /** Sends a mail at once. What belongs to a change is sent by `sendMail`, once the change is committed. */
  readonly mailer: Mailer
  /** Keeps bytes by key. The first part of a key begins with the name of the feature: `files-7/…`. */
  readonly fileStore: FileStore
  /** Runs `work` in one transaction, as the system: all of it is committed, or none. It may be run again when the database was busy. */
  transaction<T>(work: (effects: SystemEffects<D>) => Promise<T>): Promise<T>
  /** The data API with the rights of somebody. */
  dbAs(actor: Actor): D
  /**
   * A secret of this installation, 32 random bytes, the same in all its processes: derived from GALLEY_SECRET where that is set, else
   * made when it is first asked for and kept in the database.
   */
  secret(name: string): Promise<Buffer>
  /** Adds the roles that `includes` brings, for building an actor. */
  expandRoles(roles: readonly string[]): readonly string[]
  /** Asks other servers, within the limits of `settings.outgoing`. There is no other way out. */
  readonly fetch: OutgoingFetch
  /** Gives a memory for what is made from records, such as who a secret belongs to. It forgets at once what has changed. */
  remember<V>(options: RememberOptions): Remembered<V>
}

/** Where the application runs. */
export interface Surroundings {
  /** Where it is reached from outside, without a slash at the end, for links: `https://shop.example`. Undefined: not configured. */
  readonly baseUrl: string | undefined
  /** True under `galley dev` and in tests: pages for developers are served, and mail is kept where nothing else is configured. */
  readonly isDevelopment: boolean
  /** False for commands that look, or make a key, and end: what only serving and working need may be missing. Default true. */
  readonly isServing?: boolean
  /** A folder for files that belong to the installation; undefined where there is none, as in tests. */
  readonly dataDir: string | undefined
  /** The environment variables. */
  readonly variables: Readonly<Record<string, string | undefined>>
}

/** What work in a transaction of the system can reach; all of it is committed together. */
export interface SystemEffects<D = LooseDb> {
  readonly db: D
  readonly jobs: Jobs
  readonly events: Outbox
  /** The moment of the transaction, ISO 8601. */
  readonly now: string
}

export interface RememberOptions {
  /** The collections that are looked at. */
  readonly from: readonly string[]
  /** Default 10 000. What was used the longest ago goes first. */
  readonly maxEntries?: number
  /**
   * Default 5. Changes of this process are followed at once, and on SQLite those of every other; on PostgreSQL this is how long
   * one of another process may go unnoticed. 0: nothing goes unnoticed, so that nothing is remembered on PostgreSQL.
   */
  readonly maxAgeSeconds?: number
}

export interface Remembered<V> {
  /**
   * What is remembered under the key, or what `make` makes now. Calls for one key at the same time share one making.
   *
   * Neither undefined nor an error is remembered. Ask for whatever depends on the time each time.
   */
  get(key: string, make: () => Promise<MadeFromRows<V> | undefined>): MaybePromise<V | undefined>
}

/** Something, and the rows it was made from: it is forgotten when one of them changes. */
export interface MadeFromRows<V> {
  readonly value: V
  /** Of the collections in `from`. */
  readonly rows: readonly { readonly collection: string; readonly id: string }[]
}

export interface FeatureRuntime {
  /**
   * Says who sends these credentials.
   * Undefined: this feature does not know such credentials, ask the next one. Throws `unauthenticated` errors for bad ones.
   */
  authenticate?(credentials: Credentials): MaybePromise<KnownActor | undefined>
  /** Paths of its own, served beside those of the collections. Made by `route`. */
  readonly routes?: readonly FeatureRoute[]
  /**
   * Hears of events of the outbox, by their names. At least once: after a crash the same entry comes again. Work is for `jobs`.
   * A failure is tried again later, less and less often: 8 times within about a day. Then, or at once when it is `Undeliverable`,
   * the entry is given up.
   */
  readonly deliver?: Readonly<Record<string, (entry: DeliveredEntry) => Promise<void>>>
  /** Jobs that it does with what it has from `start`. */
  readonly jobs?: readonly Job[]
  /** Managing accounts without signing in, for the command line. */
  readonly accounts?: AccountManagement
  /** What whoever started the server has to know, printed once it serves; undefined: nothing. @param url  where it serves. */
  greet?(url: string): Promise<string | undefined>
  /** Done by whoever serves or works, at its start and every hour: what is old is removed. */
  tidy?(): Promise<void>
  /** Finishes what is in work. */
  stop?(): Promise<void>
}

/** An entry of the outbox, after the commit of the transaction that added it. */
export interface DeliveredEntry {
  readonly id: string
  readonly name: string
  readonly payload: unknown
  /** 1 at the first attempt. */
  readonly attempt: number
}

/** What a request brings to say who sends it. */
export interface Credentials {
  /** The header `Authorization`. */
  readonly authorization?: string | undefined
  /** The header `Cookie`. */
  readonly cookie?: string | undefined
  /** Of the request. Undefined: it reads. */
  readonly method?: string | undefined
  /** All headers, by lower-case names: a cookie needs proof that the own site sends it. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>
}

/** Somebody. Nobody signs in as the system. */
export type KnownActor = Actor & { readonly kind: 'user' | 'key' }

/** Defines a feature; `start` gets a `db` that knows the feature's own collections. */
export function defineFeature<const List extends readonly AnyCollection[] = readonly []>(
  definition: Omit<Feature, 'start' | 'collections'> & {
    readonly collections?: List
    start?(context: FeatureContext<Db<CollectionMap<List>>>): FeatureRuntime | Promise<FeatureRuntime>
  },
): Feature {
  return Object.freeze({ ...definition }) as Feature
}
