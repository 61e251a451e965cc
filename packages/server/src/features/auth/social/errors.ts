import { defineErrors } from '../../../plugin.ts'

export const socialErrors = defineErrors('social', {
  unknown_provider: { category: 'not_found', message: 'Nobody signs in with {provider} here. Choose another way.' },
  cancelled: {
    category: 'unauthenticated',
    message: 'The sign-in with {provider} was cancelled. Begin again, or choose another way.',
  },
  state: {
    category: 'invalid',
    message: 'This sign-in was not begun in this browser, or it is already over. Begin again.',
  },
  code_used: {
    category: 'unauthenticated',
    message: 'This sign-in with {provider} took too long, or it was already used. Begin again.',
  },
  untrusted: {
    category: 'unauthenticated',
    message: 'The answer of {provider} does not belong to this sign-in, or cannot be trusted. Begin again.',
  },
  account_refused: {
    category: 'forbidden',
    message: 'This account of {provider} may not sign in here. Choose another one.',
  },
  unavailable: {
    category: 'unavailable',
    message: 'The server of {provider} does not answer at the moment. Try again later, or choose another way.',
  },
  misconfigured: {
    category: 'internal',
    message:
      'Sign-in with {provider} is not set up as it should be. Tell whoever runs this site; the reason is in the log.',
  },
  email_missing: {
    category: 'unprocessable',
    message: 'There is no e-mail address in what {provider} told. Allow it there, or choose another way.',
  },
  email_taken: {
    category: 'conflict',
    message: 'There is an account with this e-mail address already. Sign in to it, then connect {provider}.',
  },
  return_to: {
    category: 'invalid',
    message:
      'Nobody is sent there. Use a path that begins with one slash, an address of your pages, or for apps one of appLinks.',
  },
  identity_unknown: { category: 'not_found', message: 'There is no such provider connected to your account.' },
  identity_taken: {
    category: 'conflict',
    message: 'This account of {provider} is connected to another account here. Disconnect it there first.',
  },
})
