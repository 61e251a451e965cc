import { defineErrors } from '../base/error.ts'
import { maxMessageBytes } from './bus.ts'

export const busErrors = defineErrors('bus', {
  message_too_long: { category: 'internal', message: 'A message on the bus has at most {maxBytes} bytes.' },
  closed: { category: 'internal', message: 'The bus is closed.' },
})

/** @throws bus_message_too_long */
export function requireShort(message: string): void {
  // UTF-8 takes three bytes at most for a unit of UTF-16, so that most messages need no counting.
  if (message.length * 3 <= maxMessageBytes || Buffer.byteLength(message) <= maxMessageBytes) return
  throw busErrors.message_too_long({ details: { maxBytes: maxMessageBytes } })
}
