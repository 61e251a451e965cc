import { defineErrors } from '../base/error.ts'
import { type Actor, anonymous } from '../model/actor.ts'
import type { Credentials, FeatureRuntime } from '../model/feature.ts'

export type Authenticate = (credentials: Credentials) => Promise<Actor> | Actor

export const authenticationErrors = defineErrors('authentication', {
  unknown_credentials: {
    category: 'unauthenticated',
    message: 'The Authorization header is not understood. Send an API key as Authorization: Bearer, then the key.',
  },
})

/** Asks the features in turn who sends these credentials; none at all is anonymous. */
export function authenticateWith(features: readonly FeatureRuntime[]): Authenticate {
  return (credentials) =>
    credentials.authorization === undefined && credentials.cookie === undefined
      ? anonymous
      : firstAnswer(credentials, features)
}

async function firstAnswer(credentials: Credentials, features: readonly FeatureRuntime[]): Promise<Actor> {
  for (const feature of features) {
    const actor: Actor | undefined = await feature.authenticate?.(credentials)
    if (actor === undefined) continue
    // The type says so; a feature written without types might not.
    if (actor.kind === 'system') throw authenticationErrors.unknown_credentials()
    return actor
  }
  // A cookie may belong to anybody's page; an Authorization header is meant for us.
  if (credentials.authorization === undefined) return anonymous
  throw authenticationErrors.unknown_credentials()
}
