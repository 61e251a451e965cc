import { defineErrors } from '../../../plugin.ts'

export const passwordErrors = defineErrors('password', {
  unusable: {
    category: 'invalid',
    message: 'The password is longer than {maxBytes} bytes, or has characters that are no text. Choose another one.',
  },
  refused: { category: 'invalid', message: 'This password is too easy to guess, or does not fit. See errors.' },
  setting: { category: 'invalid', message: 'The password setting {name} cannot be {value}. It must be {expected}.' },
})

/** Of the queue before the hashes: whoever signs in, registers or changes a password may meet it. */
export const queueErrors = defineErrors('auth', {
  busy: { category: 'unavailable', message: 'Too many people sign in at once. Try again in a moment.' },
})
