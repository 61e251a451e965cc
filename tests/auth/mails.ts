import assert from 'node:assert/strict'
import type { TestApp } from 'galley/testing'

/** The mails that an address has got, the newest first, all that were ordered until now among them. */
export async function mailsTo(app: TestApp, address: string) {
  return (await app.mails()).filter(({ to }) => JSON.stringify(to).includes(address))
}

/** The token of the newest link to a page that an address has got. */
export async function tokenIn(app: TestApp, address: string, page: string): Promise<string> {
  for (const { text } of await mailsTo(app, address)) {
    const token = text.split(`/${page}#token=`)[1]?.match(/^[\w-]+/)?.[0]
    if (token !== undefined) return token
  }
  return assert.fail(`no mail to ${address} with a link to ${page}`)
}
