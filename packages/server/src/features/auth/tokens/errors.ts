import { defineErrors } from '../../../plugin.ts'

export const tokenErrors = defineErrors('auth', {
  token_invalid: {
    category: 'unauthenticated',
    message: 'The access token is not good here, or not any more. Get a new one: POST /api/auth/token/refresh.',
  },
  token_expired: {
    category: 'unauthenticated',
    message: 'The access token has expired. Get a new one: POST /api/auth/token/refresh.',
  },
  refresh_invalid: {
    category: 'unauthenticated',
    message: 'The refresh token is not good any more: each is good once. Sign in again.',
  },
  scopes_invalid: { category: 'invalid', message: 'The scopes cannot be given as they stand. See errors.' },
  key_has_scopes: {
    category: 'invalid',
    message: 'A token of an API key has the scopes of the key. Leave scopes out, or make a key with fewer.',
  },
  issuer_missing: {
    category: 'invalid',
    message:
      'Tokens have to say who gives them out. Set BASE_URL to the address the application is reached at, such as https://shop.example, or jwt.issuer.',
  },
  api_key_invalid: { category: 'unauthenticated', message: 'The API key is not good any more. Make a new one.' },
  api_key_expired: { category: 'unauthenticated', message: 'The API key has expired. Make a new one.' },
  api_key_unknown: { category: 'not_found', message: 'There is no such API key of yours.' },
  api_keys_full: { category: 'conflict', message: 'There are {count} API keys already. Delete one that nobody uses.' },
  api_key_expiry: { category: 'invalid', message: 'The key has to expire between now and {latest}.' },
})
