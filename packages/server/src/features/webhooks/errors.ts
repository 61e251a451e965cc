import { defineErrors } from '../../plugin.ts'

export const webhooksErrors = defineErrors('webhooks', {
  signature: {
    category: 'unauthenticated',
    message: 'The signature is not valid. Sign what you send with the secret.',
  },
  body: { category: 'invalid', message: 'The body cannot be read.' },
  no_id: { category: 'invalid', message: 'The event has no id of 1 to 200 characters.' },
  not_yours: { category: 'forbidden', message: 'You may not manage webhooks.' },
  unknown_event: { category: 'invalid', message: 'There is no event {event}.{hint} There are: {known}.' },
  filter: { category: 'invalid', message: '{problem} Change the filter.' },
  http: { category: 'invalid', message: 'Events are sent to https: addresses only.' },
  state: { category: 'invalid', message: 'Set the state to enabled or disabled.' },
  not_enabled: { category: 'conflict', message: 'Nothing is sent to this endpoint. Set its state to enabled first.' },
})
