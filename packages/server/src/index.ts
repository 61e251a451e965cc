/** What applications import: declarations and the types that follow from them. */
export { defineErrors, type ErrorDefinition, GalleyError, type Issue } from './base/error.ts'
export * from './fields/index.ts'
export {
  type Action,
  type ActionContext,
  action,
  declareFor,
  type EffectContext,
  type Hook,
  type HookMoment,
  hook,
  type Outbox,
} from './model/action.ts'
export { type Actor, anonymous, system } from './model/actor.ts'
export {
  type App,
  type AppDefinition,
  defineApp,
  type Limits,
  type RoleDeclaration,
  type Settings,
} from './model/app.ts'
export { type Audit, audit, type Law, type LawContext, law, type Violation } from './model/audit.ts'
export { type Collection, type CollectionDefinition, collection, type SystemFields } from './model/collection.ts'
export type { AggregateQuery, CollectionApi, Db, FindQuery, FindResult } from './model/db.ts'
export type { Field, FieldOptions, Fields } from './model/field.ts'
export {
  type CollectionMap,
  type CreateInput,
  type Increment,
  increment,
  type RecordOf,
  type UpdateInput,
  type WhereOf,
} from './model/infer.ts'
export {
  type AddOptions,
  type Job,
  type JobContext,
  type JobDefinition,
  type JobOptions,
  type Jobs,
  job,
  type RetryOptions,
} from './model/job.ts'
export {
  type AnyRow,
  allows,
  and,
  contains,
  endsWith,
  eq,
  everyone,
  gt,
  gte,
  has,
  icontains,
  isNull,
  isSet,
  lt,
  lte,
  ne,
  nobody,
  none,
  not,
  now,
  type Operand,
  oneOf,
  or,
  permission,
  type Rule,
  type RuleInput,
  type RuleScope,
  recentlyAuthenticated,
  role,
  signedIn,
  some,
  startsWith,
} from './model/rule.ts'
export { checkScopes, type ScopeProblem } from './model/scopes.ts'
export { Undeliverable } from './model/undeliverable.ts'
export { asSystem } from './operations/local-db.ts'
export { type AuditOptions, type FoundViolation, runAudit } from './operations/run-audit.ts'
