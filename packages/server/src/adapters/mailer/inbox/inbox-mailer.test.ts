import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { KeptMail } from '../../../ports/mailer.ts'
import { type ArrivedMail, letter, mailerContract } from '../../../testing/mailer.contract.ts'
import { createInboxMailer } from './index.ts'

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'galley-inbox-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'mail')
}

for (const [name, folderOf] of [
  ['the inbox in memory', () => undefined],
  ['the inbox in a folder', newFolder],
] as const) {
  mailerContract(name, async () => {
    const mailer = createInboxMailer({ folder: folderOf() })
    return { mailer, arrived: async () => (await mailer.inbox.list()).map(arrivedFrom), close: async () => {} }
  })

  test(`${name} lists the newest first, and finds one by its id`, async () => {
    const { send, inbox } = boundTo(createInboxMailer({ folder: folderOf() }))
    for (const subject of ['one', 'two', 'three']) await send(letter({ subject }))
    const list = await inbox.list()
    assert.deepEqual(
      list.map(({ subject }) => subject),
      ['three', 'two', 'one'],
    )
    assert.deepEqual(await inbox.find(list[1]!.id), list[1])
    for (const id of ['', 'none', '../1', '..%2f1', list[0]!.id.slice(1)]) assert.equal(await inbox.find(id), undefined)
  })
}

test('a mail is one file that only its owner may read, and leaves nothing else behind', async () => {
  const folder = newFolder()
  await createInboxMailer({ folder }).send(letter())
  const [name, ...others] = readdirSync(folder)
  assert.deepEqual(others, [])
  assert.match(name!, /^[\d-]+[\da-f]{8}\.json$/)
  assert.equal(statSync(join(folder, name!)).mode & 0o777, 0o600)
})

test('a folder keeps its mails for the next start, whatever else lies in it', async () => {
  const folder = newFolder()
  await createInboxMailer({ folder }).send(letter({ subject: 'kept' }))
  for (const name of ['notes.txt', 'x.draft', '20200101000000000-0000-00000000.json'])
    writeFileSync(join(folder, name), '{')
  const { inbox } = createInboxMailer({ folder })
  assert.deepEqual(
    (await inbox.list()).map(({ subject }) => subject),
    ['kept'],
  )
})

test('a folder that cannot be written is told as something to try again later', async () => {
  const folder = newFolder()
  writeFileSync(folder, '')
  await assert.rejects(createInboxMailer({ folder }).send(letter()), { code: 'mailer_unavailable' })
})

function boundTo(mailer: ReturnType<typeof createInboxMailer>) {
  return { send: mailer.send.bind(mailer), inbox: mailer.inbox }
}

function arrivedFrom(mail: KeptMail): ArrivedMail {
  return {
    ...mail,
    recipients: [mail.to.address],
    from: { name: undefined, ...mail.from },
    to: { name: undefined, ...mail.to },
    replyTo: mail.replyTo?.address,
    header: (name) => mail.headers?.[name],
  }
}
