import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { collection, defineApp, email, reference, text } from 'galley'
import { auth } from 'galley/auth'
import { createTestApp } from 'galley/testing'
import { tokenIn } from './mails.ts'
import { appWithCustomers, codeOf, goodPassword, startPeople } from './people.ts'

const companies = collection('companies', { fields: { name: text() } })

describe('collections of accounts', () => {
  const start = (fields: Parameters<typeof collection>[1]['fields'], isListed = true) => {
    const people = collection('people', { fields })
    const collections = isListed ? [people, companies] : [companies]
    const app = defineApp({ name: 'desk', collections, features: [auth({ accounts: [{ collection: people }] })] })
    return createTestApp(app)
  }
  const address = email({ unique: true })

  test('need an e-mail address that is unique', async () => {
    const wanted = { code: 'auth_accounts_unfit', message: /has no field email: email\(\{ unique: true \}\)/ }
    await assert.rejects(start({ name: text() }), wanted)
    await assert.rejects(start({ email: email() }), wanted)
    await assert.rejects(start({ email: email({ unique: true, optional: true }) }), wanted)
    await (await start({ email: address })).close()
  })

  test('are not deleted by the database, past their sessions', async () => {
    const employer = reference('companies', { onDelete: 'cascade' })
    await assert.rejects(start({ email: address, employer }), { code: 'auth_accounts_unfit', message: /employer/ })
    await (await start({ email: address, employer: reference('companies') })).close()
  })

  test('are collections of the application', async () => {
    await assert.rejects(start({ email: address }, false), /There is no collection people/)
  })
})

test('the link that opens a locked account makes the browser one that cannot be locked out', async () => {
  let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
  const people = await startPeople(appWithCustomers(), { clock: { nowMs: () => nowMs } })
  after(() => people.app.close())
  await people.register('lock@example.com')
  await people.verify('lock@example.com')
  const lock = async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      assert.equal(await codeOf(await people.signIn('lock@example.com', 'wrong')), 'auth_wrong_credentials')
      nowMs += 65_000
    }
  }
  await lock()
  const answer = await people.send('/api/auth/unlock', {
    token: await tokenIn(people.app, 'lock@example.com', 'unlock'),
  })
  const [device] = answer.headers.getSetCookie()
  nowMs += 15 * 60_000
  await lock()
  assert.equal(await codeOf(await people.signIn('lock@example.com')), 'auth_too_many_attempts')
  const body = { email: 'lock@example.com', password: goodPassword }
  const own = await people.send('/api/auth/sign-in', body, { cookie: device!.split(';')[0]! })
  assert.equal(own.status, 200)
})
