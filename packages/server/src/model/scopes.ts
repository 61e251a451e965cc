import { nearestName } from '../base/nearest-name.ts'
import type { Actor } from './actor.ts'
import type { CollectionModel, Model } from './model.ts'

/** Operations that a scope names, beside the actions of the collection. */
const operations = ['read', 'create', 'update', 'delete']
/** Either side of a scope may stand for all: `products:*`, `*:read`. */
const all = '*'

/** Whether the actor may do the operation as far as its scopes go: they only narrow what the rules allow. */
export function isInScope({ kind, scopes }: Actor, collection: string, operation: string): boolean {
  if (scopes === undefined || kind === 'system') return true
  return scopes.some((scope) => {
    const [where, what, ...rest] = scope.split(':')
    return rest.length === 0 && (where === collection || where === all) && (what === operation || what === all)
  })
}

/** A scope that covers nothing, and what to write instead. */
export interface ScopeProblem {
  readonly scope: string
  readonly message: string
}

/** Finds scopes that name a collection or an operation that does not exist: for whoever is about to give them to somebody. */
export function checkScopes(scopes: readonly string[], model: Model): readonly ScopeProblem[] {
  return scopes.flatMap((scope) => {
    const message = problemOf(scope, model)
    return message === undefined ? [] : [{ scope, message }]
  })
}

function problemOf(scope: string, { collections }: Model): string | undefined {
  const [where = '', what = '', ...rest] = scope.split(':')
  if (where === '' || what === '' || rest.length > 0)
    return 'A scope is a collection and an operation, such as products:read, products:* or *:read.'
  const meant =
    where === all ? [...collections.values()] : [collections.get(where)].filter((found) => found !== undefined)
  if (meant.length === 0 && where !== all)
    return `There is no collection ${where}. ${instead(where, collections.keys())}`
  const known = [...operations, ...meant.flatMap(actionsOf)]
  if (what === all || known.includes(what)) return undefined
  return `There is no operation ${what} of ${where === all ? 'any collection' : where}. ${instead(what, known)}`
}

function actionsOf({ actions }: CollectionModel): readonly string[] {
  return [...actions.keys()]
}

function instead(name: string, known: Iterable<string>): string {
  const names = [...new Set(known)]
  const near = nearestName(name, names)
  return near === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${near}?`
}
