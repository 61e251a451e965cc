import type { Html } from '../base/html.ts'
import type { Fields } from './field.ts'
import type { ParsedValuesOf } from './infer.ts'
import type { Jobs } from './job.ts'

/** A mail that can be sent, before its values are known. Made by `mailTemplate`. */
export interface MailTemplate<I extends Fields = any> {
  // any: whoever only collects templates does not ask for their input
  readonly kind: 'mail'
  readonly name: string
  readonly input: I
  /** One line. */
  readonly subject: (input: ParsedValuesOf<I>, place: MailPlace) => string
  /** What stands between the head and the foot that every mail has. */
  readonly html: (input: ParsedValuesOf<I>, place: MailPlace) => Html
  /** Undefined: made from `html`. */
  readonly text: ((input: ParsedValuesOf<I>, place: MailPlace) => string) | undefined
}

/** Who sends a mail. */
export interface MailPlace {
  readonly appName: string
  /** Where the application is reached, for links; undefined: not configured. */
  readonly baseUrl: string | undefined
}

export interface MailTemplateDefinition<I extends Fields> {
  readonly input?: I
  subject(input: ParsedValuesOf<I>, place: MailPlace): string
  html(input: ParsedValuesOf<I>, place: MailPlace): Html
  text?(input: ParsedValuesOf<I>, place: MailPlace): string
}

/**
 * Declares a mail. A feature lists it in `mails`, an application in `mail({ templates: […] })`, where one of the same name as a
 * feature's takes its place.
 *
 * ```ts
 * const welcome = mailTemplate('shop.welcome', {
 *   input: { name: text() },
 *   subject: ({ name }) => `Welcome, ${name}`,
 *   html: ({ name }, { baseUrl }) => html`<p>Hello ${name}</p>${mailButton('To the shop', baseUrl)}`,
 * })
 * ```
 */
export function mailTemplate<const I extends Fields = {}>(
  name: string,
  definition: MailTemplateDefinition<I>,
): MailTemplate<I> {
  const { input = {} as I, subject, html, text } = definition
  return Object.freeze({ kind: 'mail', name, input: Object.freeze({ ...input }), subject, html, text })
}

/** The name of the job that sends mails. */
export const mailJob = 'mail.send'

/** What waits until the mail is sent. It is rendered then, with the templates as they are then. */
export interface QueuedMail {
  readonly to: string
  readonly template: string
  readonly input: object
}

/**
 * Sends a mail once the transaction of `jobs` is committed; if it is not, nothing is sent.
 *
 * @param mail.to  one address.
 */
export async function sendMail<I extends Fields>(
  jobs: Jobs,
  template: MailTemplate<I>,
  mail: { readonly to: string; readonly input: ParsedValuesOf<I> },
): Promise<void> {
  const queued: QueuedMail = { to: mail.to, template: template.name, input: mail.input }
  await jobs.add(mailJob, queued)
}
