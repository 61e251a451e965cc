import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { tokenIn } from './mails.ts'
import { appWithCustomers, codeOf, goodPassword, startPeople } from './people.ts'

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
