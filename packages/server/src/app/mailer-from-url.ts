import { resolve } from 'node:path'
import { requireInstalled } from '../base/optional-package.ts'
import type { Surroundings } from '../model/feature.ts'
import type { Mail, Mailer, MailInbox } from '../ports/mailer.ts'
import { mailerErrors } from '../ports/mailer-errors.ts'
import { appErrors } from './errors.ts'

/**
 * The mailer of MAIL_URL: `smtps://user:password@host`, `smtp://user:password@host:587`, `inbox:./data/mail` or `inbox:`, which
 * keeps mails in memory. Where there is none, mails are kept in development, in the folder of the data, and fail in production.
 *
 * Each adapter, and its library, is loaded with the first mail. Whether that can be is known now.
 * @throws app_mail_url, app_mail_url_unmarked, app_mail_url_broken, mailer_driver_missing
 */
export function mailerFromUrl({ variables, isDevelopment, dataDir }: Surroundings, cwd = process.cwd()): Mailer {
  const url = variables.MAIL_URL || (isDevelopment ? inboxUrl(dataDir) : '')
  if (url === '') return unconfigured
  const scheme = /^([a-z][a-z\d+-]*):(?!\d)/i.exec(url)?.[1]?.toLowerCase() // not that of smtp.example.com:587
  if (scheme === undefined) throw appErrors.mail_url_unmarked()
  const make = adapters[scheme]
  if (make === undefined) throw appErrors.mail_url({ details: { scheme, known: known() } })
  return make(url, cwd)
}

/** Whether mails can be sent, or are kept. */
export function canSendMail(mailer: Mailer): boolean {
  return mailer !== unconfigured
}

function inboxUrl(dataDir: string | undefined): string {
  return dataDir === undefined ? 'inbox:' : `inbox:${dataDir}/mail`
}

const adapters: Readonly<Record<string, (url: string, cwd: string) => Mailer>> = {
  smtp: smtpMailer,
  smtps: smtpMailer,
  inbox: inboxMailer,
}

function known(): string {
  return Object.keys(adapters).join(', ')
}

/** The URL may hold a password, so no error shows it. */
function smtpMailer(url: string): Mailer {
  if (!URL.parse(url)?.hostname) throw appErrors.mail_url_broken()
  requireInstalled('nodemailer', (cause) => mailerErrors.driver_missing({ cause, details: { driver: 'nodemailer' } }))
  return new LateMailer(async () => (await import('../adapters/mailer/smtp/index.ts')).createSmtpMailer({ url }), false)
}

function inboxMailer(url: string, cwd: string): Mailer {
  const path = url.slice('inbox:'.length)
  const folder = path === '' ? undefined : resolve(cwd, path)
  return new LateMailer(
    async () => (await import('../adapters/mailer/inbox/index.ts')).createInboxMailer({ folder }),
    true,
  )
}

/** Made when it is used for the first time. */
class LateMailer implements Mailer {
  readonly inbox: MailInbox | undefined
  readonly #make: () => Promise<Mailer>
  #made: Promise<Mailer> | undefined

  constructor(make: () => Promise<Mailer>, keeps: boolean) {
    this.#make = make
    if (!keeps) return
    this.inbox = {
      list: async () => (await this.#mailer()).inbox!.list(),
      find: async (id) => (await this.#mailer()).inbox!.find(id),
    }
  }

  async send(mail: Mail): Promise<void> {
    await (await this.#mailer()).send(mail)
  }

  async close(): Promise<void> {
    await (await this.#made?.catch(() => undefined))?.close()
  }

  #mailer(): Promise<Mailer> {
    this.#made ??= this.#make()
    return this.#made
  }
}

const unconfigured: Mailer = Object.freeze({
  send: async () => {
    throw mailerErrors.not_configured()
  },
  close: async () => {},
})
