import type { MaybePromise } from '../base/maybe-promise.ts'
import type { EffectContext } from '../model/action.ts'
import type { Actor } from '../model/actor.ts'
import type { Transaction } from '../ports/database.ts'
import type { Hold } from '../ports/queue.ts'
import type { AggregateInput, ExpandInput, QueryInput, WhereInput } from '../query/query-input.ts'

/** Who asks, when, and in which transaction. */
export interface OperationContext {
  readonly actor: Actor
  /** The moment of the request, ISO 8601 UTC. */
  readonly now: string
  readonly requestId: string
  /** Equal for requests that had all come before any of them was looked at; undefined: nothing is known of that. */
  readonly arrivalRound?: number | undefined
  /** Set inside a transaction: the operation joins it instead of opening its own. */
  readonly tx?: Transaction
  /** Asked by logic of the application through `db`: increments and longer lists are possible. */
  readonly isLocal?: boolean
  /** How many hooks and actions are around. */
  readonly depth?: number
  /** Others run at the same time in the transaction; whatever fails is undone together with them, and run again alone. */
  readonly isTentative?: boolean
}

/**
 * The only way to touch a record. Every protocol, job and the local API call these; each asks the rules.
 *
 * Answers carry JSON as text, made by the database wherever possible, to be passed on unparsed. Reads answer at once where the
 * database does; failures are rejections either way.
 *
 * Common errors: operation_unknown_collection, operation_not_found (also for what the actor may not see), operation_forbidden,
 * operation_sign_in_required, operation_invalid (with `issues`), operation_conflict, operation_stale.
 */
export interface Operations {
  find(context: OperationContext, collection: string, query: QueryInput): MaybePromise<ListAnswer>
  get(context: OperationContext, collection: string, id: string, options?: ReadOptions): MaybePromise<RecordAnswer>
  /** What lies behind a relation of a record: a list for to-many, a record for to-one. */
  related(
    context: OperationContext,
    collection: string,
    id: string,
    relation: string,
    query: QueryInput,
  ): Promise<ListAnswer | RecordAnswer>
  aggregate(context: OperationContext, collection: string, query: AggregateInput): Promise<TextAnswer>
  create(context: OperationContext, collection: string, input: unknown): Promise<ChangeAnswer>
  /** Creates a record at the far side of a to-many relation, connected to this one. */
  createRelated(
    context: OperationContext,
    collection: string,
    id: string,
    relation: string,
    input: unknown,
  ): Promise<ChangeAnswer>
  /** Changes the members that `patch` has (RFC 7396: null clears, objects merge). */
  update(
    context: OperationContext,
    collection: string,
    id: string,
    patch: unknown,
    options?: ChangeOptions,
  ): Promise<ChangeAnswer>
  /** Replaces all members, or creates the record under this id. */
  replace(
    context: OperationContext,
    collection: string,
    id: string,
    input: unknown,
    options?: ReplaceOptions,
  ): Promise<ChangeAnswer>
  delete(context: OperationContext, collection: string, id: string, options?: ChangeOptions): Promise<void>
  /** Calls an action; `id` is undefined for actions of the whole collection. */
  act(
    context: OperationContext,
    collection: string,
    action: string,
    id: string | undefined,
    input: unknown,
  ): Promise<ActionAnswer>
  /** Runs several operations in one transaction: all or none. */
  batch(context: OperationContext, steps: unknown): Promise<TextAnswer>
  /**
   * Runs `work` at most once for a key and remembers its answer in the same transaction.
   *
   * @throws operation_key_running (conflict)  while another request with the key is running.
   * @throws operation_key_reused (unprocessable)  when the key came with another fingerprint before.
   */
  once(
    context: OperationContext,
    receipt: ReceiptRequest,
    work: (context: OperationContext) => Promise<StoredAnswer>,
  ): Promise<StoredAnswer & { readonly isReplay: boolean }>
  /**
   * Runs logic of a feature as the system, in the transaction of the context or in one of its own.
   *
   * @param hold  it is committed only while this is valid. @throws operation_job_lost
   */
  transact<T>(context: OperationContext, work: (effects: EffectContext<any>) => Promise<T>, hold?: Hold): Promise<T> // any: the collections of the feature
  /** Runs `work` and undoes it: a dry run. */
  rehearse<T>(context: OperationContext, work: (context: OperationContext) => Promise<T>): Promise<T>
}

export interface ReadOptions {
  readonly fields?: readonly string[]
  readonly expand?: ExpandInput
}

export interface ChangeOptions {
  /** The record must be at one of these versions, or operation_stale is thrown. */
  readonly versions?: readonly number[]
  /** The record must exist at any version (`If-Match: *`): operation_stale instead of operation_not_found. */
  readonly mustExist?: boolean
  /** The record must satisfy this at the moment of the change, or operation_condition_failed is thrown. */
  readonly where?: WhereInput
}
export interface ReplaceOptions extends ChangeOptions {
  /** `If-None-Match: *`: operation_stale when there is one already. */
  readonly mustNotExist?: boolean
}

/** An answer of a read. */
interface Kept {
  /**
   * True: it comes from memory, and the same object comes again until something it is made from changes. False: it was made for this
   * request and may be kept. Undefined: answers of this kind are not kept.
   */
  readonly isKept?: boolean
}
export interface TextAnswer extends Kept {
  readonly kind: 'text'
  readonly json: string
}
/** The whole body: `{ "data": […], "page": {…} }`. */
export interface ListAnswer extends Kept {
  readonly kind: 'list'
  readonly json: string
  /** Answers with the same object here have the same text. Undefined: nobody can tell. */
  readonly sameness?: object | undefined
}
export interface RecordAnswer extends Kept {
  readonly kind: 'record'
  readonly id: string
  readonly version: number
  /** True when nothing but the record itself is in the answer, so that its version identifies it. */
  readonly isPlain: boolean
  readonly json: string
}
export interface ChangeAnswer {
  readonly kind: 'change'
  readonly collection: string
  readonly id: string
  readonly version: number
  readonly isCreated: boolean
  /** The record as the actor may see it; just `{"id":…}` when the actor may write but not read it. */
  readonly json: string
}
export type ActionAnswer =
  | { readonly kind: 'none' }
  | TextAnswer
  /** A record of `collection`, as the actor may see it. */
  | {
      readonly kind: 'record'
      readonly collection: string
      readonly id: string
      readonly version: number
      readonly json: string
    }

export interface ReceiptRequest {
  /** 1 to 255 characters. */
  readonly key: string
  /** Says what is asked: method, path and a hash of the body. */
  readonly fingerprint: string
}
export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
