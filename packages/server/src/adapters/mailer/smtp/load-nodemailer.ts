import { loadOptional } from '../../../base/optional-package.ts'
import { mailerErrors } from '../../../ports/mailer-errors.ts'

/** Loads `nodemailer`, which only applications that send by SMTP install. */
export function loadNodemailer(): Promise<typeof import('nodemailer')> {
  return loadOptional(
    () => import('nodemailer'),
    (cause) => mailerErrors.driver_missing({ cause, details: { driver: 'nodemailer' } }),
  )
}
