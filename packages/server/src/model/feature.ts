import type { Clock } from '../base/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Action, Hook } from './action.ts'
import type { Actor } from './actor.ts'
import type { Db, LooseDb } from './db.ts'
import type { AnyCollection, CollectionMap } from './infer.ts'

/** A part built through the plugin door: what it contributes is data, merged by `compileModel`. Made by `defineFeature`. */
export interface Feature {
  readonly name: string
  readonly collections?: readonly AnyCollection[]
  readonly actions?: readonly Action[]
  readonly hooks?: readonly Hook[]
  /** Called once when the application starts; what it returns serves until the application stops. */
  start?(context: FeatureContext): FeatureRuntime | Promise<FeatureRuntime>
}

/** @typeParam D  the data API: of the feature's own collections where they are known. */
export interface FeatureContext<D = LooseDb> {
  /** Acts as the system: no rule is asked. */
  readonly db: D
  readonly clock: Clock
  readonly log: Log
  /** Adds the roles that `includes` brings, for building an actor. */
  expandRoles(roles: readonly string[]): readonly string[]
}

export interface FeatureRuntime {
  /**
   * Says who sends these credentials.
   * Undefined: this feature does not know such credentials, ask the next one. Throws `unauthenticated` errors for bad ones.
   */
  authenticate?(credentials: Credentials): Promise<KnownActor | undefined>
  /** Finishes what is in work. */
  stop?(): Promise<void>
}

/** What a request brings to say who sends it. */
export interface Credentials {
  /** The header `Authorization`. */
  readonly authorization?: string | undefined
  /** The header `Cookie`. */
  readonly cookie?: string | undefined
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
