import {
  defineFeature,
  type Feature,
  type FeatureContext,
  GalleyError,
  isMailAddress,
  isObject,
  job,
  json,
  type MailAddress,
  type MailTemplate,
  mailJob,
  type ParsedValuesOf,
  text,
  Undeliverable,
} from '../../plugin.ts'
import { mailErrors } from './errors.ts'
import { inboxRoutes } from './inbox-routes.ts'
import { renderMail } from './render-mail.ts'

export interface MailOptions {
  /** `no-reply@shop.example`, or `Tea Shop <no-reply@shop.example>`. Default: MAIL_FROM, else `no-reply@` and the host of BASE_URL. */
  readonly from?: string
  /** Where answers go. Default: to `from`. */
  readonly replyTo?: string
  /** What the mails call the application. Default: its name. */
  readonly appName?: string
  /** Mails of the application. One of the same name as a feature's takes its place. */
  readonly templates?: readonly MailTemplate[]
}

/** Sends the mails of all features. Every application has it; one that says more than the defaults lists it itself. */
export function mail(options: MailOptions = {}): Feature {
  const { templates = [] } = options
  return defineFeature({
    name: 'mail',
    mailOverrides: templates,
    start(context) {
      const sender = senderFrom(options, context)
      const replyTo = options.replyTo === undefined ? undefined : addressFrom('replyTo', options.replyTo)
      return {
        jobs: [sendingJob({ sender, replyTo, context, options })],
        routes: inboxRoutes(context),
      }
    },
  })
}

interface Sending {
  readonly sender: MailAddress
  readonly replyTo: MailAddress | undefined
  readonly context: FeatureContext
  readonly options: MailOptions
}

const mailInput = { to: text(), template: text(), input: json({ maxBytes: 250_000 }) }

function sendingJob(sending: Sending) {
  return job(mailJob, {
    description: 'Sends a mail.',
    input: mailInput,
    retry: { attempts: 8, factor: 3.6 }, // within about a day
    timeout: '2m',
    isSecret: true, // links in mails let people in
    run: ({ id, input }) => send(id, input, sending),
  })
}

async function send(id: string, mail: ParsedValuesOf<typeof mailInput>, sending: Sending): Promise<void> {
  const { to, template: name, input } = mail
  const { sender, replyTo, context, options } = sending
  const { model, mailer, surroundings } = context
  const template = model.mails.get(name)
  if (template === undefined)
    throw new Undeliverable(`There is no mail ${name}. List its template in mail({ templates }).`)
  if (!isObject(input)) throw new Undeliverable('The input of a mail is an object.')
  const { appName = model.name } = options
  const rendered = renderMail(template, input, { appName, baseUrl: surroundings.baseUrl })
  try {
    await mailer.send({
      // The same at each attempt, so that who gets a mail twice can be spared the second.
      messageId: `${id}@${hostOf(sender.address)}`,
      from: { name: appName, ...sender },
      to: { address: to },
      ...(replyTo !== undefined && { replyTo }),
      ...rendered,
      // Nobody is to answer by a machine: no notes of absence.
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
  } catch (error) {
    if (error instanceof GalleyError && isForGood.has(error.code))
      throw new Undeliverable(error.message, { cause: error })
    throw error
  }
}

const isForGood = new Set(['mailer_refused', 'mailer_unsafe'])

function senderFrom({ from }: MailOptions, { surroundings }: FeatureContext): MailAddress {
  const { baseUrl, variables } = surroundings
  if (from !== undefined) return addressFrom('from', from)
  if (variables.MAIL_FROM) return addressFrom('MAIL_FROM', variables.MAIL_FROM)
  const host = baseUrl === undefined ? 'localhost' : new URL(baseUrl).hostname
  return { address: `no-reply@${host.startsWith('[') ? 'localhost' : host}` }
}

function addressFrom(name: string, value: string): MailAddress {
  const [, shown = '', inBrackets] = /^\s*"?([^"<]*?)"?\s*<([^<>]+)>\s*$/.exec(value) ?? []
  const address = inBrackets ?? value.trim()
  if (!isMailAddress(address)) throw mailErrors.bad_address({ details: { name, value } })
  return shown === '' ? { address } : { address, name: shown }
}

function hostOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}
