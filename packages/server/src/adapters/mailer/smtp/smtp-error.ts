import { mailerErrors } from '../../../ports/mailer-errors.ts'

/** What `nodemailer` tells of a failure. */
interface SmtpError {
  readonly code?: string
  readonly responseCode?: number
  readonly message?: string
}

/**
 * Whether it is the mail that the server will never take, or something else that may be better later.
 *
 * A server that does not know our password says so for good (535), but it is nothing about the mail.
 */
export function mailerErrorFrom(error: unknown): Error {
  const { code, responseCode = 0, message = String(error) } = error as SmtpError
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE'
  const isForGood = responseCode >= 500 && responseCode < 600 && isAboutMail
  const factory = isForGood ? mailerErrors.refused : mailerErrors.unavailable
  return factory({ cause: error, details: { reason: message.slice(0, 500).replace(/\.$/, '') } })
}
