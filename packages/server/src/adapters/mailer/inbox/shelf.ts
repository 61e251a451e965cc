import type { KeptMail } from '../../../ports/mailer.ts'

/** More are not kept: the oldest go. */
export const mostKept = 1_000

/** Where mails are kept. */
export interface Shelf {
  put(mail: KeptMail): Promise<void>
  /** The newest first. */
  latest(limit: number): Promise<readonly KeptMail[]>
  find(id: string): Promise<KeptMail | undefined>
}

export class MemoryShelf implements Shelf {
  readonly #mails: KeptMail[] = []

  async put(mail: KeptMail): Promise<void> {
    this.#mails.push(mail)
    if (this.#mails.length > mostKept) this.#mails.shift()
  }

  async latest(limit: number): Promise<readonly KeptMail[]> {
    return this.#mails.slice(-limit).reverse()
  }

  async find(id: string): Promise<KeptMail | undefined> {
    return this.#mails.find((mail) => mail.id === id)
  }
}
