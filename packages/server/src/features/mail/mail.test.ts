import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { databases } from '../../../../../tests/databases.ts'
import { openApp } from '../../app/open-app.ts'
import { silentLog } from '../../base/silent-log.ts'
import { collection, defineApp, everyone, hook, text } from '../../index.ts'
import { defineFeature, type FeatureContext, html, mailButton, mailTemplate, sendMail } from '../../plugin.ts'
import { createTestApp, type TestAppOptions } from '../../testing/index.ts'
import { type MailOptions, mail } from './index.ts'

const welcome = mailTemplate('shop.welcome', {
  input: { name: text() },
  subject: ({ name }) => `Welcome, ${name}`,
  html: ({ name }, { baseUrl }) => html`<p>Hello ${name}</p>${mailButton('To the shop', baseUrl)}`,
})
const members = collection('members', {
  fields: { name: text(), email: text({ unique: true }) },
  rules: { create: everyone(), read: everyone() },
})
const greet = hook('members', 'afterCreate', async ({ record, jobs }) => {
  const { name, email } = record as unknown as { name: string; email: string }
  await sendMail(jobs, welcome, { to: email, input: { name } })
})

async function start(options: MailOptions = {}, parts: TestAppOptions = {}) {
  let context: FeatureContext | undefined
  const probe = defineFeature({
    name: 'probe',
    start(given) {
      context = given as unknown as FeatureContext
      return {}
    },
  })
  const features = [mail({ templates: [welcome], ...options }), probe]
  const app = await createTestApp(defineApp({ name: 'Tea', collections: [members], hooks: [greet], features }), parts)
  after(() => app.close())
  return { app, context: context! }
}

for (const { name, url } of databases) {
  describe(`mail on ${name}`, () => {
    test('belongs to the change that causes it: none without it', async () => {
      const { app } = await start({}, { database: await url() })
      const create = (email: string) =>
        app.fetch('/api/members', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ name: 'Ada', email }),
        })
      assert.equal((await create('ada@example.com')).status, 201)
      assert.equal((await create('ada@example.com')).status, 409)
      const [sent, ...others] = await app.mails()
      assert.equal(others.length, 0)
      assert.equal(sent!.subject, 'Welcome, Ada')
      assert.deepEqual(sent!.to, { address: 'ada@example.com' })
      assert.deepEqual(sent!.from, { name: 'Tea', address: 'no-reply@localhost' })
      assert.match(sent!.text, /To the shop: http:\/\/localhost:3000/)
      assert.match(sent!.messageId, /^[\da-f-]{36}@localhost$/)
    })
  })
}

test('an application sends as it says, or as the environment says, or as its address', async () => {
  const senderOf = async (options: MailOptions, parts: TestAppOptions = {}) => {
    const { app, context } = await start(options, parts)
    await context.transaction(({ jobs }) => sendMail(jobs, welcome, { to: 'ada@example.com', input: { name: 'Ada' } }))
    const [sent] = await app.mails()
    return [sent!.from, sent!.replyTo]
  }
  const variables = { MAIL_FROM: 'Tea Shop <hello@tea.example>' }
  assert.deepEqual(
    await senderOf({ from: 'a@b.example', replyTo: 'help@b.example', appName: 'B' }, { surroundings: { variables } }),
    [{ name: 'B', address: 'a@b.example' }, { address: 'help@b.example' }],
  )
  assert.deepEqual(await senderOf({}, { surroundings: { variables } }), [
    { name: 'Tea Shop', address: 'hello@tea.example' },
    undefined,
  ])
  assert.deepEqual(await senderOf({}, { surroundings: { baseUrl: 'https://shop.example:8443' } }), [
    { name: 'Tea', address: 'no-reply@shop.example' },
    undefined,
  ])
})

test('a sender that is no address is told at the start', async () => {
  for (const from of ['', 'tea', 'a@b.example\r\nBcc: c@d.example', 'A <a@b.example>, B <c@d.example>'])
    await assert.rejects(start({ from }), { code: 'mail_bad_address' }, from)
})

test('a mail that cannot be sent, now or later, is given up and told', async () => {
  const { app, context } = await start()
  const add = (payload: object) => context.transaction(({ jobs }) => jobs.add('mail.send', payload))
  await assert.rejects(add({ to: 'ada@example.com' }), { code: 'operation_invalid' })
  for (const [payload, reason] of [
    [{ to: 'ada@example.com', template: 'shop.gone', input: {} }, /There is no mail shop\.gone/],
    [{ to: 'ada@example.com', template: 'shop.welcome', input: 'x' }, /is an object/],
    [{ to: 'a@b.example, c@d.example', template: 'shop.welcome', input: { name: 'x' } }, /not one address/],
    [{ to: 'a@b.example\r\nBcc: c@d.example', template: 'shop.welcome', input: { name: 'x' } }, /not one address/],
  ] as const) {
    await add(payload)
    await assert.rejects(app.mails(), { name: 'Undeliverable', message: reason })
    assert.deepEqual(await app.mails(), [])
    const [dead] = await app.open.queue.list({ state: 'dead', limit: 1 })
    assert.match(dead!.lastError!, reason)
  }
})

test('an application that says nothing of mail can send some, and one without a mailer says so', async () => {
  const warnings: string[] = []
  const log = { ...silentLog, warn: (_: object, message: string) => warnings.push(message) }
  const shop = defineFeature({ name: 'shop', mails: [welcome] })
  const plain = await openApp(defineApp({ name: 'Plain', collections: [], features: [shop] }), {
    databaseUrl: 'sqlite::memory:',
    log,
    migrate: 'safe',
    surroundings: { variables: {} },
  })
  after(() => plain.close())
  assert.deepEqual(warnings, [])
  plain.startDelivering()
  assert.match(warnings.join(), /^No mail can be sent: MAIL_URL is not set\. Set it to smtps:.* inbox:.* galley dev/)
  await assert.rejects(plain.mailer.send({} as never), { code: 'mailer_not_configured' })
})

test('MAIL_URL chooses where mails go, and is told when it cannot be read, without its password', async () => {
  const open = (MAIL_URL: string) => start({}, { surroundings: { variables: { MAIL_URL } } })
  assert.equal((await open('smtps://ada:secret@mail.example')).app.open.mailer.inbox, undefined)
  assert.notEqual((await open('inbox:')).app.open.mailer.inbox, undefined)
  for (const [url, code] of [
    ['pigeon://x', 'app_mail_url'],
    ['mail.example', 'app_mail_url_unmarked'],
    ['smtp://', 'app_mail_url_broken'],
    ['smtp://ada:s e:cret/@@:x', 'app_mail_url_broken'],
  ] as const)
    await assert.rejects(open(url), (error: Error) => {
      assert.equal((error as Error & { code: string }).code, code)
      assert.doesNotMatch(error.message, /cret/)
      return true
    })
})

describe('/dev/mail', () => {
  test('shows the mails, the newest first, and each as it is, as text and with its headers', async () => {
    const { app, context } = await start()
    for (const who of ['Ada', '<b>Bob</b>'])
      await context.transaction(({ jobs }) => sendMail(jobs, welcome, { to: 'ada@example.com', input: { name: who } }))
    const [bob] = await app.mails()
    const list = await app.fetch('/dev/mail')
    assert.equal(list.status, 200)
    assert.match(list.headers.get('content-type')!, /^text\/html/)
    assert.match(list.headers.get('content-security-policy')!, /^default-src 'none'; style-src 'unsafe-inline'; [^,]+$/)
    const page = await list.text()
    assert.ok(page.indexOf('Welcome, &lt;b&gt;Bob&lt;/b&gt;') < page.indexOf('Welcome, Ada'))
    assert.doesNotMatch(page, /<b>Bob/)
    const shown = await (await app.fetch(`/dev/mail/${bob!.id}`)).text()
    assert.match(
      shown,
      /<iframe title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="&lt;!doctype/,
    )
    assert.match(await (await app.fetch(`/dev/mail/${bob!.id}?view=text`)).text(), /<pre>Hello &lt;b&gt;Bob/)
    assert.match(await (await app.fetch(`/dev/mail/${bob!.id}?view=headers`)).text(), /<dt>Message-ID<\/dt>/)
    assert.equal((await app.fetch(`/dev/mail/${bob!.id}?view=other`)).status, 400)
    assert.match(await (await app.fetch('/dev/mail/none')).text(), /Choose a mail/)
  })

  test('is not there in production, nor where mails are sent on', async () => {
    for (const surroundings of [
      { isDevelopment: false, variables: { MAIL_URL: 'inbox:' } },
      { variables: { MAIL_URL: 'smtp://localhost' } },
    ]) {
      const { app } = await start({}, { surroundings })
      assert.equal((await app.fetch('/dev/mail')).status, 404)
    }
  })

  test('is shown to whoever is at this machine, by its name', async () => {
    const { app } = await start()
    const { request } = await import('node:http')
    const statusFor = async (host: string) => {
      const { promise, resolve } = Promise.withResolvers<number>()
      request(`${await app.url()}/dev/mail`, { headers: { host } }, (answer) =>
        resolve(answer.resume().statusCode!),
      ).end()
      return promise
    }
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example'])
      assert.equal(await statusFor(host), 403, host)
    for (const host of ['localhost:3000', '127.0.0.1', '[::1]:3000']) assert.equal(await statusFor(host), 200, host)
  })
})
