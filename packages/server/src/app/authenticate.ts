import { defineErrors } from '../base/error.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import { type Actor, anonymous } from '../model/actor.ts'
import type { Credentials, FeatureRuntime } from '../model/feature.ts'

/** At once where it is remembered. Throws, at once or later, for bad credentials. */
export type Authenticate = (credentials: Credentials) => MaybePromise<Actor>

export const authenticationErrors = defineErrors('authentication', {
  unknown_credentials: {
    category: 'unauthenticated',
    message:
      'The Authorization header is not understood. Send an API key, or the token of a session, as Authorization: Bearer, then the key or token.',
  },
})

/** Asks the features in turn who sends these credentials; none at all is anonymous. */
export function authenticateWith(features: readonly FeatureRuntime[]): Authenticate {
  return (credentials) =>
    credentials.authorization === undefined && credentials.cookie === undefined
      ? anonymous
      : firstAnswer(credentials, features)
}

function firstAnswer(credentials: Credentials, features: readonly FeatureRuntime[], from = 0): MaybePromise<Actor> {
  for (let index = from; index < features.length; index += 1) {
    const answer = features[index]!.authenticate?.(credentials)
    if (answer instanceof Promise)
      return answer.then((actor) =>
        actor === undefined ? firstAnswer(credentials, features, index + 1) : requireSomebody(actor),
      )
    if (answer !== undefined) return requireSomebody(answer)
  }
  // A cookie may belong to anybody's page; an Authorization header is meant for us.
  if (credentials.authorization === undefined) return anonymous
  throw authenticationErrors.unknown_credentials()
}

/** The type says so; a feature written without types might not. */
function requireSomebody(actor: Actor): Actor {
  if (actor.kind === 'system') throw authenticationErrors.unknown_credentials()
  return asOfNow(actor)
}

/** What is prepared for an actor is found again by the object, so that one that may still change is copied. */
function asOfNow(actor: Actor): Actor {
  const { roles, permissions, scopes } = actor
  // What is not there counts as frozen.
  if (Object.isFrozen(actor) && [roles, permissions, scopes].every(Object.isFrozen)) return actor
  return Object.freeze({
    ...actor,
    roles: Object.freeze([...roles]),
    ...(permissions === undefined ? {} : { permissions: Object.freeze([...permissions]) }),
    ...(scopes === undefined ? {} : { scopes: Object.freeze([...scopes]) }),
  })
}
