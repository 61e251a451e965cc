import { defineErrors } from '../base/error.ts'

export const operationErrors = defineErrors('operation', {
  unknown_collection: { category: 'not_found', message: 'There is no collection {collection}.' },
  unknown_relation: { category: 'not_found', message: 'The collection {collection} has no relation {relation}.' },
  unknown_action: { category: 'not_found', message: 'The collection {collection} has no action {action}.' },
  not_found: { category: 'not_found', message: 'There is no such record in {collection}.' },
  sign_in_required: { category: 'unauthenticated', message: 'Sign in, or send an API key, to do this.' },
  forbidden: { category: 'forbidden', message: 'You may not {operation} this in {collection}.' },
  out_of_scope: {
    category: 'forbidden',
    message: 'What you signed in with does not cover {scope}. Use a key or a token whose scopes do.',
  },
  tenant_required: {
    category: 'forbidden',
    message:
      'Choose whom you act for first: what is in {collection} belongs to somebody, and you have not said to whom.',
  },
  reauthentication_required: {
    category: 'forbidden',
    message: 'Sign in again, then repeat this: to {operation} in {collection} you must have signed in a moment ago.',
  },
  field_forbidden: { category: 'forbidden', message: 'You may not set some of these fields. See errors.' },
  invalid: { category: 'invalid', message: 'The input cannot be accepted as it stands. See errors.' },
  conflict: { category: 'conflict', message: 'Another record in {collection} has the same value. See errors.' },
  in_use: {
    category: 'conflict',
    message: 'Other records refer to this record in {collection}. Change or delete them first.',
  },
  condition_failed: {
    category: 'conflict',
    message: 'The record in {collection} is not in the state this change needs.',
  },
  stale: {
    category: 'stale',
    message: 'The record in {collection} has been changed by somebody else. Read it again and repeat the change.',
  },
  key_running: {
    category: 'conflict',
    message: 'A request with this idempotency key is still running. Try again in a moment.',
  },
  key_reused: {
    category: 'unprocessable',
    message: 'This idempotency key was used for another request. Take a new one.',
  },
  too_deep: {
    category: 'internal',
    message: 'Hooks call each other more than {max} levels deep. Look for one that changes the record it runs for.',
  },
  job_unknown: {
    category: 'internal',
    message: 'There is no job {name} in this application.{hint} List it in jobs of defineApp, or in jobs of a feature.',
  },
  job_option: { category: 'internal', message: 'The option {option} of jobs.add is {expected}.' },
  job_lost: {
    category: 'conflict',
    message: 'This job is not held here any more: it took too long without a sign of life, or was given up. Stop.',
  },
  payload_unstorable: {
    category: 'invalid',
    message: 'The payload of {name} holds the NUL character or half of a surrogate pair. Leave it out.',
  },
  payload_too_large: { category: 'invalid', message: 'The payload of {name} is larger than {maxBytes} bytes.' },
})
