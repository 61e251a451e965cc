import { defineFeature } from '../../plugin.ts'
import { apiKeys } from './api-keys.ts'
import { authenticateKey } from './authenticate-key.ts'

/** API keys: the first way to be somebody. `galley key create` makes them, `Authorization: Bearer glk_…` shows them. */
export const keysFeature = defineFeature({ name: 'keys', collections: [apiKeys], start: authenticateKey })
