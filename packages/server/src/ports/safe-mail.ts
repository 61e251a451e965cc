import type { Mail, MailAddress } from './mailer.ts'
import { mailerErrors } from './mailer-errors.ts'

/**
 * Sees to it that a mail has the recipient it says, and no other.
 *
 * @throws mailer_unsafe
 */
export function requireSafe(mail: Mail): void {
  const { subject, messageId, headers = {} } = mail
  requireOneLine('subject', subject)
  requireOneLine('messageId', messageId)
  for (const [part, address] of Object.entries({ from: mail.from, to: mail.to, replyTo: mail.replyTo }))
    if (address !== undefined) requireAddress(part, address)
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[A-Za-z][A-Za-z0-9-]{0,75}$/.test(name)) throw unsafe('header', `cannot be named ${JSON.stringify(name)}`)
    requireOneLine(`header ${name}`, value)
  }
}

/** Whether it is one address, in the form nearly all of them have: nothing in it ends it or begins another. */
export function isMailAddress(address: string): boolean {
  return address.length <= 254 && /^[^\s\p{Cc}@,;:<>()[\]\\"]+@[^\s\p{Cc}@,;:<>()[\]\\"]+$/u.test(address)
}

function requireAddress(part: string, { address, name = '' }: MailAddress): void {
  if (!isMailAddress(address)) throw unsafe(part, 'is not one address such as ada@shop.example')
  requireOneLine(part, name)
}

function requireOneLine(part: string, text: string): void {
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) throw unsafe(part, 'has more than one line, or control characters')
}

function unsafe(part: string, problem: string) {
  return mailerErrors.unsafe({ details: { part, problem } })
}
