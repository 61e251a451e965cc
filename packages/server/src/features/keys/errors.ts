import { defineErrors } from '../../plugin.ts'

export const keyErrors = defineErrors('key', {
  invalid: {
    category: 'unauthenticated',
    message: 'The API key is not valid. Check it, or make a new one with galley key create.',
  },
  expired: { category: 'unauthenticated', message: 'The API key has expired. Make a new one with galley key create.' },
  unknown_role: { category: 'invalid', message: 'There is no role {role}.{hint} The roles are: {roles}.' },
  unknown_scope: { category: 'invalid', message: 'The scope {scope} covers nothing. {message} No key was made.' },
  not_found: { category: 'not_found', message: 'There is no API key {key}. See galley key list.' },
})
