import { defineErrors } from '../base/error.ts'
import { type Actor, anonymous } from '../model/actor.ts'
import type { FeatureRuntime } from '../model/feature.ts'

export type Authenticate = (authorization: string | undefined) => Promise<Actor> | Actor

export const authenticationErrors = defineErrors('authentication', {
  unknown_credentials: {
    category: 'unauthenticated',
    message: 'The Authorization header is not understood. Send an API key as Authorization: Bearer glk_….',
  },
})

/** Asks the features in turn who sends these credentials; none at all is anonymous. */
export function authenticateWith(features: readonly FeatureRuntime[]): Authenticate {
  return (authorization) => (authorization === undefined ? anonymous : firstAnswer(authorization, features))
}

async function firstAnswer(authorization: string, features: readonly FeatureRuntime[]): Promise<Actor> {
  for (const feature of features) {
    const actor = await feature.authenticate?.(authorization)
    if (actor !== undefined) return actor
  }
  throw authenticationErrors.unknown_credentials()
}
