import type {
  AnyCollection,
  CreateInput,
  Expanded,
  ExpandOf,
  LooseRecord,
  LooseWhere,
  RecordOf,
  UpdateInput,
  WhereOf,
} from './infer.ts'

/**
 * The data API: operations on every collection by name, with the rights of whoever it was made for.
 *
 * Inside an action, hook or job all calls belong to its transaction.
 */
export type Db<Map = AnyMap> = {
  readonly [Name in keyof Map]: Map[Name] extends AnyCollection ? CollectionApi<Map, Map[Name]> : never
}

/** Any collections: what `db` is where the declarations are not known (`declareFor` makes them known). */
export interface AnyMap {
  readonly [name: string]: AnyCollection
}

export interface CollectionApi<Map, C extends AnyCollection> {
  /** @throws operation_not_found  when there is no such record, or none the actor may read. */
  get<const E extends ExpandOf<C> = {}>(id: string, options?: GetOptions<E>): Promise<Expanded<Map, C, E>>
  /** Like `get`, but undefined when there is none. */
  findOne<const E extends ExpandOf<C> = {}>(
    id: string,
    options?: GetOptions<E>,
  ): Promise<Expanded<Map, C, E> | undefined>
  /** The first record that satisfies the query. */
  first<const E extends ExpandOf<C> = {}>(query?: FindQuery<C, E>): Promise<Expanded<Map, C, E> | undefined>
  find<const E extends ExpandOf<C> = {}>(query?: FindQuery<C, E>): Promise<FindResult<Expanded<Map, C, E>>>
  count(where?: WhereOf<C>): Promise<number>
  aggregate(query: AggregateQuery): Promise<readonly AggregateRow[]>
  create(values: CreateInput<C>): Promise<RecordOf<C>>
  /**
   * Changes the named fields of one record.
   *
   * @param options.version  fails with operation_stale when the record has another one.
   * @param options.where    fails with operation_condition_failed when the record does not satisfy it at the moment of the change.
   */
  update(id: string, changes: UpdateInput<C>, options?: UpdateOptions<C>): Promise<RecordOf<C>>
  /** Like `update`, but undefined, and nothing changed, when the condition does not hold. */
  updateIf(id: string, where: WhereOf<C>, changes: UpdateInput<C>): Promise<RecordOf<C> | undefined>
  delete(id: string, options?: { readonly version?: number }): Promise<void>
}

export interface GetOptions<E> {
  readonly expand?: E
}
export interface UpdateOptions<C extends AnyCollection> {
  readonly version?: number
  readonly where?: WhereOf<C>
}

export interface FindQuery<C extends AnyCollection, E> {
  readonly where?: WhereOf<C>
  /** `'-price,name'` or `['-price', 'name']`. Completed by id. */
  readonly sort?: string | readonly string[]
  /** 1 to 100 for callers; actions and `asSystem(db)` may ask for up to 10 000. Default 20. */
  readonly limit?: number
  readonly after?: string
  readonly before?: string
  readonly page?: number
  readonly search?: string
  readonly count?: 'exact' | 'estimated' | 'none'
  readonly expand?: E
}
export interface FindResult<R> {
  readonly data: readonly R[]
  readonly page: {
    readonly next: string | null
    readonly previous: string | null
    readonly size: number
    readonly total?: number
  }
}

export interface AggregateQuery {
  readonly where?: LooseWhere
  readonly search?: string
  /** Fields, paths through references (`product.category.name`) or parts of time (`orderedAt:month`). */
  readonly groupBy?: readonly string[]
  readonly count?: boolean
  readonly sum?: readonly string[]
  readonly avg?: readonly string[]
  readonly min?: readonly string[]
  readonly max?: readonly string[]
  /** By a group or a result: `'-sum.total'`. */
  readonly sort?: string | readonly string[]
  readonly limit?: number
}
/** Groups by their names, then `count`, `sum.price`, `avg.price`, `min.price`, `max.price` as nested objects. */
export type AggregateRow = Readonly<Record<string, any>> // any: what it holds follows from the query

export type LooseDb = { readonly [name: string]: CollectionApi<AnyMap, any> } // any: the collections are not known here
export type { LooseRecord }
