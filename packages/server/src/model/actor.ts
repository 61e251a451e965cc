/** Who is asking. */
export interface Actor {
  readonly kind: 'anonymous' | 'user' | 'key' | 'system'
  /** Compared by rules (`eq(row.owner, actor.id)`); null when nobody in particular. */
  readonly id: string | null
  /** Roles held, those that come through `includes` among them. */
  readonly roles: readonly string[]
}

export const anonymous: Actor = Object.freeze({ kind: 'anonymous', id: null, roles: Object.freeze([]) })

/** Passes every rule. Only `asSystem(db)`, the command line and Galley itself act as it. */
export const system: Actor = Object.freeze({ kind: 'system', id: null, roles: Object.freeze([]) })
