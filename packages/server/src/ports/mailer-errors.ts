import { defineErrors } from '../base/error.ts'

export const mailerErrors = defineErrors('mailer', {
  unsafe: { category: 'invalid', message: 'The mail cannot be sent: its {part} {problem}.' },
  refused: { category: 'unprocessable', message: 'The mail was refused: {reason}.' },
  unavailable: { category: 'unavailable', message: 'The mail could not be sent for now: {reason}.' },
  closed: { category: 'internal', message: 'The mailer is closed.' },
  not_configured: {
    category: 'unavailable',
    message: 'No mail can be sent: MAIL_URL is not set. Set it to smtps://user:password@host, and start again.',
  },
  driver_missing: {
    category: 'internal',
    message: 'The package {driver} is not installed. Install it with npm install {driver}.',
  },
})
