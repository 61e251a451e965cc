import type { Clock } from '../base/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Action, Hook } from './action.ts'
import type { Actor } from './actor.ts'
import type { LooseDb } from './db.ts'
import type { AnyCollection } from './infer.ts'

/** A part built through the plugin door: what it contributes is data, merged by `compileModel`. */
export interface Feature {
  readonly name: string
  readonly collections?: readonly AnyCollection[]
  readonly actions?: readonly Action[]
  readonly hooks?: readonly Hook[]
  /** Called once when the application starts; what it returns serves until the application stops. */
  start?(context: FeatureContext): FeatureRuntime | Promise<FeatureRuntime>
}

export interface FeatureContext {
  /** Acts as the system: no rule is asked. */
  readonly db: LooseDb
  readonly clock: Clock
  readonly log: Log
  /** Adds the roles that `includes` brings, for building an actor. */
  expandRoles(roles: readonly string[]): readonly string[]
}

export interface FeatureRuntime {
  /**
   * Says who is asking, from the `Authorization` header.
   * Undefined: this feature does not know such credentials, ask the next one. Throws `unauthenticated` errors for bad ones.
   */
  authenticate?(authorization: string): Promise<Actor | undefined>
  stop?(): Promise<void>
}
