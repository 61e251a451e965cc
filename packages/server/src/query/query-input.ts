/**
 * What a caller asks of a collection, before it is checked against the model and the actor's rights.
 *
 * Protocols make it from their own syntax; names and values in it are not to be trusted yet.
 */
export interface QueryInput {
  readonly where?: WhereInput
  /** Values inside `where` are text (from a URL) and are read by the type of their field. Default false: JSON values. */
  readonly hasTextValues?: boolean
  /** `'-price,name'` or its parts. */
  readonly sort?: string | readonly string[]
  readonly limit?: number
  readonly after?: string
  readonly before?: string
  /** From 1; instead of `after` and `before`. */
  readonly page?: number
  readonly search?: string
  readonly count?: 'exact' | 'estimated' | 'none'
  readonly fields?: readonly string[]
  readonly expand?: ExpandInput
}

/** `{ price: { gte: 10 }, category: { slug: { eq: 'tea' } }, or: [{ … }, { … }], not: { … } }` */
export interface WhereInput {
  readonly [nameOrWord: string]: unknown
}

/** `{ category: true, reviews: { limit: 5, sort: '-createdAt', expand: { author: true } } }` */
export interface ExpandInput {
  readonly [relation: string]: true | ExpandInputOptions
}
export interface ExpandInputOptions {
  readonly limit?: number
  readonly sort?: string | readonly string[]
  readonly fields?: readonly string[]
  readonly expand?: ExpandInput
}

export interface AggregateInput {
  readonly where?: WhereInput
  readonly hasTextValues?: boolean
  readonly search?: string
  /** `category`, `product.category.name`, `orderedAt:month`. */
  readonly groupBy?: readonly string[]
  readonly count?: boolean
  readonly sum?: readonly string[]
  readonly avg?: readonly string[]
  readonly min?: readonly string[]
  readonly max?: readonly string[]
  readonly sort?: string | readonly string[]
  /** 1 to 1 000. Default 100. */
  readonly limit?: number
}
