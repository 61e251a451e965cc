import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'
import { makeProject, runGalley, startGalley } from './run-galley.ts'

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

test('a MAIL_URL that cannot work is told at the start, and says how to write it', async () => {
  const folder = makeProject(app)
  // A driver that is not installed, as far as Node can see.
  const gone = `import { registerHooks } from 'node:module'
    registerHooks({ resolve: (name, at, next) => next(name === 'nodemailer' ? 'nodemailer-gone' : name, at) })`
  const withoutDriver = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(gone)}` }
  const cases: readonly [url: string, told: RegExp, variables?: Readonly<Record<string, string>>][] = [
    ['smtp.example.com', /^MAIL_URL does not say how mails travel\. Write it as smtps:\/\//],
    ['smtp.example.com:587', /^MAIL_URL does not say how mails travel\./],
    ['localhost:25', /^MAIL_URL does not say how mails travel\./],
    ['hunter2@example.com', /^MAIL_URL does not say how mails travel\./],
    ['pigeon://roof', /^MAIL_URL begins with pigeon, which no adapter knows\. .*smtp, smtps, inbox/],
    ['smtps://', /^MAIL_URL is no address\./],
    ['smtp://127.0.0.1:1', /^The package nodemailer is not installed\. .*npm install nodemailer/, withoutDriver],
  ]
  for (const [MAIL_URL, told, variables] of cases) {
    const { exitCode, stderr } = await runGalley(folder, ['start', '--port', '0'], { MAIL_URL, ...variables })
    assert.match(stderr, told)
    assert.doesNotMatch(stderr, /hunter2/)
    assert.equal(exitCode, 1, MAIL_URL)
  }
})

test('galley start says where mails are kept, or that none can be sent', async () => {
  const folder = makeProject(app)
  const keeping = await startGalley(folder, ['start'], { MAIL_URL: 'inbox:./post' })
  assert.match(keeping.output.stderr, /^ +mail +kept, not sent: \.\/post$/m)
  assert.equal((await fetch(`${keeping.url}/dev/mail`)).status, 404)
  await keeping.stop()
  const without = await startGalley(folder, ['start'])
  await until(async () => without.output.stdout.includes('No mail'))
  assert.match(without.output.stdout, /"No mail can be sent: MAIL_URL is not set\. [^"]*inbox:[^"]*galley dev[^"]*"/)
  assert.doesNotMatch(without.output.stdout, /shop\.welcome/)
  await without.stop()
})

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await isSo()); waitedMs += 50) {
    if (waitedMs > 10_000) throw new Error('It did not happen for ten seconds.')
    await sleep(50)
  }
}
