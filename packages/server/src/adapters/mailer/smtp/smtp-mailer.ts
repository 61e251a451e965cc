import type { Transporter } from 'nodemailer'
import type { Mail, MailAddress, Mailer } from '../../../ports/mailer.ts'
import { mailerErrors } from '../../../ports/mailer-errors.ts'
import { requireSafe } from '../../../ports/safe-mail.ts'
import { loadNodemailer } from './load-nodemailer.ts'
import { mailerErrorFrom } from './smtp-error.ts'

export interface SmtpOptions {
  /** `smtps://user:password@host` (TLS from the start, port 465) or `smtp://user:password@host:587` (TLS before anything is told). */
  readonly url: string
  /** To connect, to be greeted, and between two answers. Default 15 000. */
  readonly timeoutMs?: number
  /** Connections at the same time. Default 5. */
  readonly maxConnections?: number
}

/**
 * Sends mails to a server by SMTP, over connections that are kept for a while. It is connected with the first mail.
 *
 * Passwords and mails are told to a server over TLS only, and only when its certificate is good. A server on this machine may do without.
 */
export function createSmtpMailer(options: SmtpOptions): Mailer {
  return new SmtpMailer(options)
}

class SmtpMailer implements Mailer {
  readonly #options: SmtpOptions
  readonly #underWay = new Set<Promise<unknown>>()
  #transport: Promise<Transporter> | undefined
  #isClosed = false

  constructor(options: SmtpOptions) {
    this.#options = options
  }

  async send(mail: Mail): Promise<void> {
    if (this.#isClosed) throw mailerErrors.closed()
    requireSafe(mail)
    this.#transport ??= createTransport(this.#options)
    const transport = await this.#transport
    const sent = transport.sendMail(messageFrom(mail)).catch((error: unknown) => {
      throw mailerErrorFrom(error)
    })
    this.#underWay.add(sent)
    try {
      await sent
    } finally {
      this.#underWay.delete(sent)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const transport = await this.#transport?.catch(() => undefined)
    await Promise.allSettled(this.#underWay)
    transport?.close()
  }
}

async function createTransport(options: SmtpOptions): Promise<Transporter> {
  const { createTransport: create } = await loadNodemailer()
  const { timeoutMs = 15_000, maxConnections = 5 } = options
  const url = new URL(options.url)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isImplicit = url.protocol === 'smtps:'
  const isHere = /^(localhost|127(\.\d+){3}|::1)$/.test(host)
  return create({
    host,
    port: url.port === '' ? (isImplicit ? 465 : 587) : Number(url.port),
    secure: isImplicit,
    requireTLS: !isHere,
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: !isHere },
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    pool: true,
    maxConnections,
    maxMessages: 100,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    // A mail is what it says: nothing in it is a path or an address to read from.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

function messageFrom(mail: Mail) {
  const { messageId, from, to, replyTo, subject, text, html, headers = {} } = mail
  return {
    messageId: `<${messageId}>`,
    from: shown(from),
    to: shown(to),
    ...(replyTo !== undefined && { replyTo: shown(replyTo) }),
    envelope: { from: from.address, to: [to.address] },
    subject,
    text,
    html,
    headers,
  }
}

function shown({ name = '', address }: MailAddress) {
  return { name, address }
}
