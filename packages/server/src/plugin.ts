/** The plugin door: what a feature may use, whoever wrote it. */

export type { Clock } from './base/clock.ts'
export { defineErrors, GalleyError } from './base/error.ts'
export { newId } from './base/id.ts'
export * from './fields/index.ts'
export { action, hook } from './model/action.ts'
export type { Actor } from './model/actor.ts'
export { collection } from './model/collection.ts'
export type { LooseDb } from './model/db.ts'
export type { Feature, FeatureContext, FeatureRuntime } from './model/feature.ts'
export { and, eq, everyone, nobody, not, or, role, signedIn } from './model/rule.ts'
export type { Log } from './ports/log.ts'
