import { defineErrors } from '../../base/error.ts'

export const outgoingErrors = defineErrors('outgoing', {
  url: {
    category: 'invalid',
    message: 'The address cannot be asked: {reason}.',
  },
  address_refused: {
    category: 'forbidden',
    message:
      'The server {host} is not asked: only the public internet is, at port 80, 443 or one from 1024. If it is meant, add its address to settings.outgoing.allow.',
  },
  too_slow: {
    category: 'unavailable',
    message: 'The server {host} did not answer within {timeoutMs} ms. Try again later.',
  },
  too_large: { category: 'unavailable', message: 'The answer of the server {host} is longer than {maxBytes} bytes.' },
  packed: {
    category: 'unavailable',
    message: 'The answer of the server {host} is compressed, though that was not asked for. It is not unpacked.',
  },
  failed: { category: 'unavailable', message: 'The server {host} could not be asked. Try again later.' },
})
