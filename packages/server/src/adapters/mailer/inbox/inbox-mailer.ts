import { randomBytes } from 'node:crypto'
import type { KeptMail, Mail, Mailer, MailInbox } from '../../../ports/mailer.ts'
import { mailerErrors } from '../../../ports/mailer-errors.ts'
import { requireSafe } from '../../../ports/safe-mail.ts'
import { FileShelf } from './file-shelf.ts'
import { MemoryShelf, type Shelf } from './shelf.ts'

export interface InboxOptions {
  /** Each mail is one file in it. Undefined: they are kept in memory. */
  readonly folder?: string | undefined
}

/** Keeps mails instead of sending them on, the latest 1 000: for development and tests. */
export function createInboxMailer({ folder }: InboxOptions = {}): Mailer & { readonly inbox: MailInbox } {
  return new InboxMailer(folder === undefined ? new MemoryShelf() : new FileShelf(folder))
}

const mostListed = 200

class InboxMailer implements Mailer {
  readonly inbox: MailInbox
  readonly #shelf: Shelf
  readonly #underWay = new Set<Promise<void>>()
  #isClosed = false

  constructor(shelf: Shelf) {
    this.#shelf = shelf
    this.inbox = { list: () => shelf.latest(mostListed), find: async (id) => shelf.find(id) }
  }

  async send(mail: Mail): Promise<void> {
    if (this.#isClosed) throw mailerErrors.closed()
    requireSafe(mail)
    const kept = this.#shelf.put(keptMail(mail)).catch((cause: unknown) => {
      throw mailerErrors.unavailable({ cause, details: { reason: 'the folder cannot be written' } })
    })
    this.#underWay.add(kept)
    try {
      await kept
    } finally {
      this.#underWay.delete(kept)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled(this.#underWay)
  }
}

let latestMs = 0
let count = 0

/** Ids of one process sort in the order of the mails, also of those of one millisecond. */
function keptMail(mail: Mail): KeptMail {
  const nowMs = Math.max(Date.now(), latestMs)
  count = nowMs === latestMs ? count + 1 : 0
  latestMs = nowMs
  const keptAt = new Date(nowMs).toISOString()
  const id = `${keptAt.replace(/[^\d]/g, '')}-${String(count).padStart(4, '0')}-${randomBytes(4).toString('hex')}`
  return { id, keptAt, ...mail }
}
