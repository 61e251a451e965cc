import type { Log } from '../ports/log.ts'
import type { Actor } from './actor.ts'
import { type DeclareLaw, law } from './audit.ts'
import type { RowOf } from './collection.ts'
import type { Db } from './db.ts'
import type { Fields } from './field.ts'
import type {
  AnyCollection,
  CollectionMap,
  CreateInput,
  LooseRecord,
  ParsedValuesOf,
  RecordOf,
  UpdateInput,
} from './infer.ts'
import { type Job, type JobDefinition, type Jobs, job } from './job.ts'
import type { AnyRow, RuleInput } from './rule.ts'

/** Logic of the application with a name, typed input and output; runs in one transaction. */
export interface Action {
  readonly kind: 'action'
  readonly collection: string
  readonly name: string
  readonly on: 'record' | 'collection'
  readonly input: Fields
  /** A collection (`run` returns one of its records, or the id of one), fields, or undefined for no answer. */
  readonly output: string | Fields | undefined
  readonly allow: RuleInput<any> | undefined // any: whatever the collection's row
  readonly description: string | undefined
  readonly timeoutMs: number
  /** Whether the answer holds a secret: it is not kept for a repetition of the request (`Idempotency-Key`). */
  readonly hasSecret: boolean
  readonly run: (context: any) => unknown // any: typed by the declaration
}

export interface ActionDefinition<
  Map,
  C extends AnyCollection,
  On extends 'record' | 'collection',
  I extends Fields,
  Output,
> {
  /** `record`: `POST /api/{collection}/{id}/{name}`, the default. `collection`: `POST /api/{collection}/{name}`. */
  readonly on?: On
  readonly input?: I
  readonly output?: Output
  /** Who may. Nobody when left out. `row` is the record; there is none when `on` is `collection`. */
  readonly allow?: RuleInput<On extends 'collection' ? undefined : RowOf<C['fields']>>
  readonly description?: string
  /** 1 to 60 000. Default 10 000. */
  readonly timeoutMs?: number
  /** The answer holds a secret: whoever repeats the request with its `Idempotency-Key` gets 409, and nobody finds it in the database. */
  readonly hasSecret?: boolean
  run(
    context: ActionContext<Map, On extends 'collection' ? undefined : RecordOf<C>, ParsedValuesOf<I>>,
  ): ActionResult<Output> | Promise<ActionResult<Output>>
}

type ActionResult<Output> = Output extends string
  ? string | { readonly id: string }
  : Output extends Fields
    ? object
    : unknown

export interface ActionContext<Map, Record, Input> extends EffectContext<Map> {
  /** The record the action was called on, as the actor may see it. */
  readonly record: Record
  readonly input: Input
}

/** What logic inside a transaction can reach. */
export interface EffectContext<Map> {
  readonly actor: Actor
  /** Acts with the actor's rights, in this transaction. `asSystem(db)` is the way out. */
  readonly db: Db<Map>
  /** Work to be done later; stored with this transaction or not at all. */
  readonly jobs: Jobs
  /** Things that happened; stored with this transaction or not at all. */
  readonly events: Outbox
  /** The moment of the request, ISO 8601. */
  readonly now: string
  readonly log: Log
}

/**
 * What has happened, kept in the table `galley_outbox` until the feature that delivers entries of the name has done so. What no feature
 * delivers stays there.
 */
export interface Outbox {
  /**
   * Stores an entry with the surrounding transaction, or not at all.
   *
   * @param payload  JSON, at most 256 KiB.
   */
  add(name: string, payload: object): Promise<void>
}

export type HookMoment =
  | 'beforeCreate'
  | 'afterCreate'
  | 'beforeUpdate'
  | 'afterUpdate'
  | 'beforeDelete'
  | 'afterDelete'

/** Code before or after an operation, inside its transaction: throwing undoes the operation. */
export interface Hook {
  readonly kind: 'hook'
  readonly collection: string
  readonly moment: HookMoment
  readonly run: (context: any) => unknown // any: typed by the declaration
}

export type HookContext<Map, C extends AnyCollection, M extends HookMoment> = EffectContext<Map> & HookSubject<C>[M]
interface HookSubject<C extends AnyCollection> {
  /** What will be stored; what the hook returns is merged over it and checked again. */
  beforeCreate: { readonly values: Partial<CreateInput<C>> }
  afterCreate: { readonly record: RecordOf<C> }
  beforeUpdate: { readonly values: UpdateInput<C>; readonly previous: RecordOf<C> }
  afterUpdate: { readonly record: RecordOf<C>; readonly previous: RecordOf<C> }
  beforeDelete: { readonly record: RecordOf<C> }
  afterDelete: { readonly record: RecordOf<C> }
}
type HookResult<C extends AnyCollection, M extends HookMoment> = M extends 'beforeCreate'
  ? Partial<CreateInput<C>> | void
  : M extends 'beforeUpdate'
    ? UpdateInput<C> | void
    : void

/** Declares an action of a collection whose types are not known here; `declareFor` gives the typed one. */
export function action<
  const On extends 'record' | 'collection' = 'record',
  const I extends Fields = {},
  const Output extends string | Fields | undefined = undefined,
>(collection: string, name: string, definition: LooseActionDefinition<On, I, Output>): Action {
  return makeAction(collection, name, definition)
}

interface LooseActionDefinition<On extends 'record' | 'collection', I extends Fields, Output> {
  readonly on?: On
  readonly input?: I
  readonly output?: Output
  readonly allow?: RuleInput<On extends 'collection' ? undefined : AnyRow>
  readonly description?: string
  readonly timeoutMs?: number
  /** The answer holds a secret: whoever repeats the request with its `Idempotency-Key` gets 409, and nobody finds it in the database. */
  readonly hasSecret?: boolean
  run(
    context: ActionContext<any, On extends 'collection' ? undefined : LooseRecord, ParsedValuesOf<I>>, // any: collections unknown
  ): ActionResult<Output> | Promise<ActionResult<Output>>
}

/** `action`, `hook`, `job` and `law` that know the collections, so that `record`, `input` and `db` are typed. */
export interface Declare<Map> {
  action<
    const Name extends keyof Map & string,
    const On extends 'record' | 'collection' = 'record',
    const I extends Fields = {},
    const Output extends (keyof Map & string) | Fields | undefined = undefined,
  >(
    collection: Name,
    name: string,
    definition: Map[Name] extends AnyCollection ? ActionDefinition<Map, Map[Name], On, I, Output> : never,
  ): Action
  hook<const Name extends keyof Map & string, const M extends HookMoment>(
    collection: Name,
    moment: M,
    run: Map[Name] extends AnyCollection
      ? (context: HookContext<Map, Map[Name], M>) => HookResult<Map[Name], M> | Promise<HookResult<Map[Name], M>>
      : never,
  ): Hook
  job<const I extends Fields = {}>(name: string, definition: JobDefinition<I, Db<Map>>): Job<I>
  readonly law: DeclareLaw<Map>
}

/**
 * Gives `action`, `hook`, `job` and `law` that know a set of collections.
 *
 * ```ts
 * export const { action, hook, job } = declareFor([products, orders, carts])
 * ```
 */
export function declareFor<const List extends readonly AnyCollection[]>(
  _collections: List,
): Declare<CollectionMap<List>> {
  const declare = { action: makeAction, hook: makeHook, job, law }
  return Object.freeze(declare) as unknown as Declare<CollectionMap<List>>
}

/** Declares a hook of a collection whose types are not known here. */
export function hook(collection: string, moment: HookMoment, run: (context: any) => unknown): Hook {
  // any: collections unknown
  return makeHook(collection, moment, run)
}

function makeAction(collection: string, name: string, definition: LooseActionDefinition<any, any, any>): Action {
  // any: erased
  return Object.freeze({
    kind: 'action',
    collection,
    name,
    on: definition.on ?? 'record',
    input: Object.freeze({ ...definition.input }),
    output: definition.output,
    allow: definition.allow,
    description: definition.description,
    timeoutMs: definition.timeoutMs ?? 10_000,
    hasSecret: definition.hasSecret ?? false,
    run: definition.run,
  })
}

function makeHook(collection: string, moment: HookMoment, run: Hook['run']): Hook {
  return Object.freeze({ kind: 'hook', collection, moment, run })
}
