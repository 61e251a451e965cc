import { type FeatureRoute, json, list, type RouteAnswer, route } from '../../../plugin.ts'
import type { Jwt } from './tokens.ts'

/** Services look here for keys they do not know. A key is published two hours before it signs, so that ten minutes hide nothing. */
const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=600' }

/** The public keys, where services expect them and beside the other routes. */
export function jwksRoutes({ keys }: Jwt): readonly FeatureRoute[] {
  const output = { keys: list(json()) }
  // As a page, for it is the same for everybody: other answers of the API are private.
  const run = async (): Promise<RouteAnswer> => ({ headers, page: JSON.stringify({ keys: await keys.published() }) })
  return [
    route('GET', '/.well-known/jwks.json', { output, run }),
    route('GET', '/api/auth/jwks', { summary: 'The keys that access tokens are verified with', output, run }),
  ]
}
