import type { Actor } from '../model/actor.ts'
import { asksAuthentication } from '../model/asks-authentication.ts'
import type { CollectionModel } from '../model/model.ts'
import type { Rule } from '../model/rule.ts'
import { isInScope } from '../model/scopes.ts'
import { type Asking, ruleFor } from '../query/access.ts'
import { isNever } from '../query/condition.ts'
import { operationErrors } from './errors.ts'

/**
 * The refusal of an operation: whoever is not signed in is told to, whose scopes do not cover it which one is missing, who acts in
 * no tenant that one is needed, and anyone else that it is not theirs to do.
 */
export function refusal(operation: string, collection: CollectionModel, actor: Actor): Error {
  if (actor.kind === 'anonymous') return operationErrors.sign_in_required()
  if (!isInScope(actor, collection.name, operation)) return outOfScope(operation, collection)
  if (needsTenant(operation, collection, actor))
    return operationErrors.tenant_required({ details: { operation, collection: collection.name } })
  return operationErrors.forbidden({ details: { operation, collection: collection.name } })
}

/** Actions of a whole collection have rules that no tenant narrows. */
function needsTenant(operation: string, { tenant, actions }: CollectionModel, actor: Actor): boolean {
  return tenant !== undefined && actor.tenant === undefined && !actions.has(operation)
}

/** The refusal of what a rule allows for no record: another one where a sign-in of a moment ago would have helped. */
export function refusalBy(rule: Rule, operation: string, collection: CollectionModel, asking: Asking): Error {
  const mayHelp = asksAuthentication(rule) && isInScope(asking.actor, collection.name, operation)
  const fresh = mayHelp ? afterSigningIn(asking) : undefined
  return fresh === undefined || isNever(ruleFor(rule, collection, fresh))
    ? refusal(operation, collection, asking.actor)
    : reauthentication(operation, collection)
}

/** @throws operation_out_of_scope  when no scope of the actor covers the operation: before anything else is told. */
export function requireInScope(operation: string, collection: CollectionModel, actor: Actor): void {
  if (!isInScope(actor, collection.name, operation)) throw outOfScope(operation, collection)
}

function outOfScope(operation: string, { name }: CollectionModel): Error {
  return operationErrors.out_of_scope({ details: { scope: `${name}:${operation}` } })
}

export function reauthentication(operation: string, { name }: CollectionModel): Error {
  return operationErrors.reauthentication_required({ details: { operation, collection: name } })
}

/** The same question, had they signed in just now. Undefined for keys and for nobody, who cannot. */
export function afterSigningIn<A extends { readonly actor: Actor; readonly now: string }>(asking: A): A | undefined {
  const { actor, now } = asking
  return actor.kind === 'user' ? { ...asking, actor: { ...actor, authenticatedAt: now } } : undefined
}
