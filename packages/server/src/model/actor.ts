/** Who is asking. */
export interface Actor {
  readonly kind: 'anonymous' | 'user' | 'key' | 'system'
  /** Compared by rules (`eq(row.owner, actor.id)`); null when nobody in particular. */
  readonly id: string | null
  /** Roles held, those that come through `includes` among them. */
  readonly roles: readonly string[]
  /** Rights by name that roles kept in the database bring: `permission('products.publish')` asks for one. Default none. */
  readonly permissions?: readonly string[]
  /** `products:read`, `orders:*`: what of all that the roles allow is wanted now. Undefined: all. They narrow, and never widen. */
  readonly scopes?: readonly string[]
  /** The tenant acted in: an id of the collection that `tenant` names. Undefined: none. */
  readonly tenant?: string
  /** When they last proved who they are, ISO 8601: `recentlyAuthenticated('10m')` asks. Undefined: unknown. */
  readonly authenticatedAt?: string
  /** The collection of accounts they belong to. */
  readonly accounts?: string
  /** The session they came with. */
  readonly session?: string
  /** Who acts in their name: the id of an administrator. */
  readonly impersonator?: string
}

export const anonymous: Actor = Object.freeze({ kind: 'anonymous', id: null, roles: Object.freeze([]) })

/** Passes every rule. Only `asSystem(db)`, the command line and Galley itself act as it. */
export const system: Actor = Object.freeze({ kind: 'system', id: null, roles: Object.freeze([]) })
