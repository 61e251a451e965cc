import { mailerErrors } from '../../../ports/mailer-errors.ts'

/** Loads `nodemailer`, which only applications that send by SMTP install. */
export async function loadNodemailer(): Promise<typeof import('nodemailer')> {
  try {
    return await import('nodemailer')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw mailerErrors.driver_missing({ cause, details: { driver: 'nodemailer' } })
  }
}
