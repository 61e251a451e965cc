/**
 * Sends mails, each to one person.
 *
 * Guarantees, each proven by the contract suite (`testing/mailer.contract.ts`):
 * - when `send` resolves, somebody else has taken the mail and answers for it: a mail server, or a file that is written;
 * - subject and both bodies arrive as they were given, whatever letters they have and however long their lines are;
 * - it goes to the one address of `to` and to nobody else; what stands in a subject, a name or a header adds no recipient;
 * - a mail with a line break in its subject, an address, a name or a header is refused before anything is sent;
 * - mails that are sent at the same time all arrive, each once;
 * - after `close` nothing is sent; what was under way is finished before.
 */
export interface Mailer {
  /**
   * @throws mailer_unsafe       the mail itself is wrong: another attempt is of no use.
   * @throws mailer_refused      the other side will not take this mail, now or later.
   * @throws mailer_unavailable  the other side cannot be reached, or asks to come back later.
   * @throws mailer_closed
   */
  send(mail: Mail): Promise<void>
  /** The mails that were sent, where they are kept instead of sent on. */
  readonly inbox?: MailInbox | undefined
  /** Finishes what is under way. Safe to call twice. */
  close(): Promise<void>
}

export interface Mail {
  /**
   * Names the mail for whoever handles it, as `Message-ID`, without the angle brackets: `1234@shop.example`. Give the same mail the
   * same one when it is sent again, so that two of them can be told to be one.
   */
  readonly messageId: string
  readonly from: MailAddress
  readonly to: MailAddress
  readonly replyTo?: MailAddress
  readonly subject: string
  readonly text: string
  readonly html: string
  /** More header fields, by name. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface MailAddress {
  /** `ada@shop.example` */
  readonly address: string
  /** Shown beside it or instead. */
  readonly name?: string | undefined
}

/** Mails that were kept. */
export interface MailInbox {
  /** The newest first, 200 at most. */
  list(): Promise<readonly KeptMail[]>
  /** Undefined: there is none of this id. */
  find(id: string): Promise<KeptMail | undefined>
}

export interface KeptMail extends Mail {
  /** Letters, digits and `-`. Ids sort by the time the mails were kept. */
  readonly id: string
  /** ISO 8601. */
  readonly keptAt: string
}
