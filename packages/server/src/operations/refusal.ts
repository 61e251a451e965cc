import type { Actor } from '../model/actor.ts'
import { asksAuthentication } from '../model/asks-authentication.ts'
import type { CollectionModel } from '../model/model.ts'
import type { Rule } from '../model/rule.ts'
import { type Asking, ruleFor } from '../query/access.ts'
import { isNever } from '../query/condition.ts'
import { operationErrors } from './errors.ts'

/** The refusal of an operation: whoever is not signed in is told to, anyone else that it is not theirs to do. */
export function refusal(operation: string, collection: CollectionModel, actor: Actor): Error {
  if (actor.kind === 'anonymous') return operationErrors.sign_in_required()
  return operationErrors.forbidden({ details: { operation, collection: collection.name } })
}

/** The refusal of what a rule allows for no record: another one where a sign-in of a moment ago would have helped. */
export function refusalBy(rule: Rule, operation: string, collection: CollectionModel, asking: Asking): Error {
  const fresh = asksAuthentication(rule) ? afterSigningIn(asking) : undefined
  return fresh === undefined || isNever(ruleFor(rule, collection, fresh))
    ? refusal(operation, collection, asking.actor)
    : reauthentication(operation, collection)
}

export function reauthentication(operation: string, { name }: CollectionModel): Error {
  return operationErrors.reauthentication_required({ details: { operation, collection: name } })
}

/** The same question, had they signed in just now. Undefined for keys and for nobody, who cannot. */
export function afterSigningIn<A extends { readonly actor: Actor; readonly now: string }>(asking: A): A | undefined {
  const { actor, now } = asking
  return actor.kind === 'user' ? { ...asking, actor: { ...actor, authenticatedAt: now } } : undefined
}
