import type { Feature } from '../../plugin.ts'
import { apiKeys } from './api-keys.ts'
import { authenticateKey } from './authenticate-key.ts'

/** API keys: the first way to be somebody. `galley key create` makes them, `Authorization: Bearer glk_…` shows them. */
export const keysFeature: Feature = Object.freeze({
  name: 'keys',
  collections: [apiKeys],
  start: authenticateKey,
})
