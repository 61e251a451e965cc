import assert from 'node:assert/strict'
import type { TestApp } from 'galley/testing'

/** A mail as it waits to be sent. */
export interface WaitingMail {
  readonly template: string
  readonly to: string
  readonly input: Readonly<Record<string, string>>
}

/** The mails that were ordered by committed transactions, the oldest first. */
export async function waitingMails({ open }: TestApp): Promise<readonly WaitingMail[]> {
  const rows = await open.database.read({
    text: `select payload from galley_outbox where name = 'mail.send' order by id`,
    parameters: [],
  })
  return rows.map(([payload]) => (typeof payload === 'string' ? JSON.parse(payload) : payload) as WaitingMail)
}

/** The token of the newest link for a purpose that was sent to an address. */
export async function tokenIn(app: TestApp, to: string, page: string): Promise<string> {
  const mails = await waitingMails(app)
  const links = mails.filter((mail) => mail.to === to).map(({ input }) => input.url ?? '')
  const token = links.findLast((url) => url.includes(`/${page}#token=`))?.split('#token=')[1]
  assert.ok(token, `no mail to ${to} with a link to ${page}`)
  return token
}
