import { defineErrors } from '../../base/error.ts'

export const restErrors = defineErrors('rest', {
  query_malformed: { category: 'invalid', message: 'The query of the URL cannot be read as it stands. See errors.' },
  precondition_malformed: {
    category: 'invalid',
    message: 'The header {header} is * or a list of entity tags, such as "3".',
  },
  precondition_unsupported: { category: 'invalid', message: 'The header {header} means nothing here. Leave it out.' },
  precondition_failed: { category: 'stale', message: 'The record is at another version than If-Match asks for.' },
  answer_withheld: {
    category: 'conflict',
    message:
      'This was done already under this idempotency key. The answer held a secret, so it is not kept. Ask anew with another key.',
  },
  key_malformed: {
    category: 'invalid',
    message: 'The Idempotency-Key is 1 to 255 visible ASCII characters. Make a random one for each request.',
  },
})
