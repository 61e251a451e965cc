import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'
import { makeProject, startGalley } from './run-galley.ts'

const app = `
import { collection, defineApp, everyone, hook, text } from 'galley'
import { html, mail, mailTemplate, sendMail } from 'galley/mail'
const members = collection('members', { fields: { email: text() }, rules: { create: everyone() } })
const welcome = mailTemplate('shop.welcome', { subject: () => 'Welcome', html: () => html\`<p>Hello</p>\` })
const greet = hook('members', 'afterCreate', async ({ record, jobs }: any) => {
  await sendMail(jobs, welcome, { to: record.email, input: {} })
})
export default defineApp({ name: 'Shop', collections: [members], hooks: [greet], features: [mail({ templates: [welcome] })] })
`

const joinShop = (url: string, email: string) =>
  fetch(`${url}/api/members`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email }),
  })

test('galley dev keeps mails in a folder, shows them, and does not start again for them', async () => {
  const folder = makeProject(app)
  const server = await startGalley(folder, ['dev'])
  await server.says('/dev/mail')
  assert.equal((await joinShop(server.url, 'ada@example.com')).status, 201)
  const pageHas = async (text: string) => (await (await fetch(`${server.url}/dev/mail`)).text()).includes(text)
  await until(() => pageHas('to ada@example.com'))
  assert.equal(readdirSync(join(folder, 'data/mail')).length, 1)
  assert.doesNotMatch(server.output.stderr, /starting again/)
  await server.stop()
})

test('galley start has no such page, and sends by SMTP, also when the one before was killed', async () => {
  const folder = makeProject(app)
  const first = await startGalley(folder, ['start'], { MAIL_URL: 'smtp://127.0.0.1:1' })
  assert.equal((await fetch(`${first.url}/dev/mail`)).status, 404)
  assert.equal((await joinShop(first.url, 'ada@example.com')).status, 201)
  first.process.kill('SIGKILL')
  await once(first.process, 'close')

  const recipients: string[] = []
  const post = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, { envelope }, done) {
      stream.resume().on('end', () => {
        recipients.push(...envelope.rcptTo.map(({ address }) => address))
        done()
      })
    },
  })
  await new Promise<void>((resolve) => post.listen(0, '127.0.0.1', resolve))
  const { port } = post.server.address() as { port: number }
  const second = await startGalley(folder, ['start'], { MAIL_URL: `smtp://127.0.0.1:${port}` })
  assert.equal((await joinShop(second.url, 'bob@example.com')).status, 201)
  await until(async () => recipients.includes('bob@example.com'))
  assert.equal(await second.stop(), 0)
  await new Promise<void>((resolve) => post.close(() => resolve()))
})

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await isSo()); waitedMs += 50) {
    if (waitedMs > 10_000) throw new Error('It did not happen for ten seconds.')
    await sleep(50)
  }
}
