import { defineErrors } from '../../../plugin.ts'

export const factorErrors = defineErrors('auth', {
  wrong_code: {
    category: 'forbidden',
    message: 'The code is not right, or was used already. Wait for the next one.',
  },
  factor_expected: { category: 'invalid', message: 'Send exactly one of {names}.' },
  second_factor_required: {
    category: 'forbidden',
    message:
      'This needs a second factor that was shown in the last ten minutes: POST /api/auth/reauthenticate with a code or a passkey.',
  },
  enrolment_required: {
    category: 'forbidden',
    message: 'Your account has to have a second factor. Set one up first: POST /api/auth/totp.',
  },
  no_authenticator: {
    category: 'not_found',
    message: 'There is no authenticator like that. Begin with POST /api/auth/totp.',
  },
  no_second_factor: { category: 'conflict', message: 'Your account has no second factor. Set one up first.' },
  last_factor: {
    category: 'conflict',
    message: 'Your account has to have a second factor. Set up another one before you remove this one.',
  },
})
