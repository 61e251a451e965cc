import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { collection, defineApp, email, eq, or, role, text } from 'galley'
import { auth } from 'galley/auth'
import { databases } from '../databases.ts'
import { mailsTo, tokenIn } from './mails.ts'
import { codeOf, goodPassword, type People, startPeople, tokenOf } from './people.ts'

const newPassword = 'quiet lanterns over seven bridges'
const hourMs = 3_600_000

const customers = collection('customers', {
  fields: { name: text({ max: 100 }), email: email({ unique: true }), phone: text({ optional: true, unique: true }) },
  rules: { read: ({ row, actor }) => or(eq(row.id, actor.id), role('staff')) },
})
const guests = collection('guests', { fields: { email: email({ unique: true }) } })

function desk() {
  return defineApp({
    name: 'desk',
    collections: [customers, guests],
    roles: { staff: {} },
    features: [
      auth({
        accounts: [
          { collection: customers, register: ['name', 'phone'], requireMfa: ['staff'] },
          { collection: guests, register: [], requiresVerifiedEmail: false },
        ],
      }),
    ],
  })
}

for (const { name, url } of databases) {
  describe(`what somebody else cannot find out or take on ${name}`, () => {
    let people: People
    let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
    before(async () => {
      people = await startPeople(desk(), { database: await url(), clock: { nowMs: () => nowMs } })
    })
    after(() => people.app.close())

    test('what speaks against a profile does not depend on whether there is an account', async () => {
      await people.arrive('known@example.com')
      await people.register('phone@example.com', { name: 'Ada', phone: '555' })
      const answerTo = async (address: string, profile: object) => {
        const answer = await people.send('/api/auth/register', { email: address, password: goodPassword, profile })
        const { requestId: _, ...body } = (await answer.json()) as { requestId?: string }
        return { status: answer.status, body }
      }
      for (const [profile, status] of [
        [{}, 400],
        [{ name: 'x'.repeat(101) }, 400],
        [{ name: 'Eve', phone: '555' }, 409],
      ] as const) {
        const known = await answerTo('known@example.com', profile)
        assert.equal(known.status, status)
        assert.deepEqual(await answerTo('unknown@example.com', profile), known)
      }
      assert.equal(await people.app.system['auth-accounts']!.count({ email: 'unknown@example.com' }), 0)
    })

    test('a registration that is repeated with its key is answered as before, though its phone is taken by itself', async () => {
      const send = () =>
        people.send(
          '/api/auth/register',
          { email: 'again@example.com', password: goodPassword, profile: { name: 'Ada', phone: '777' } },
          { 'idempotency-key': 'again' },
        )
      assert.deepEqual([(await send()).status, (await send()).status], [202, 202])
    })

    test('nobody fills the inbox of another by changing their own address', async () => {
      nowMs += hourMs
      const token = await people.arrive('writes@example.com')
      for (let turn = 0; turn < 10; turn += 1)
        assert.equal((await people.sendAs(token, '/api/auth/email', { email: 'inbox@example.com' })).status, 202)
      assert.equal((await mailsTo(people.app, 'inbox@example.com')).length, 5)
    })

    test('links that were sent to a former address are worth nothing, whoever changed it', async () => {
      nowMs += hourMs
      const token = await people.arrive('former@example.com')
      const { account } = await people.who(token)
      await people.send('/api/auth/password/reset', { email: 'former@example.com' })
      const link = await tokenIn(people.app, 'former@example.com', 'reset-password')
      await people.app.system.customers!.update(account.id, { email: 'present@example.com' })
      const answer = await people.send('/api/auth/password/reset/confirm', { token: link, password: newPassword })
      assert.equal(await codeOf(answer), 'auth_secret_invalid')
    })

    test('a role that demands a second factor is worth nothing in a session without one', async () => {
      nowMs += hourMs
      const token = await people.arrive('rises@example.com')
      const { account } = await people.who(token)
      await people.app.system['auth-accounts']!.update(account.id, { roles: ['staff'] })
      assert.deepEqual((await people.who(token)).roles, [])
      assert.equal((await people.get('/api/customers', token)).status, 403)
    })

    test('whoever registers with the address of another and waits has nothing when the owner comes', async () => {
      nowMs += hourMs
      const guest = { accounts: 'guests', email: 'owner@example.com' }
      await people.send('/api/auth/register', { ...guest, password: goodPassword })
      const signIn = (password: string) =>
        people.send('/api/auth/sign-in', { ...guest, password, transport: 'token', device: undefined })
      const token = await tokenOf(await signIn(goodPassword))
      const key = await people.sendAs(token, '/api/auth/keys', { name: 'waits', scopes: ['*:read'] })
      await people.sendAs(token, '/api/auth/email', { email: 'thief@example.com' })
      const move = await tokenIn(people.app, 'thief@example.com', 'change-email')
      nowMs += 1_000
      await people.send('/api/auth/password/reset', guest)
      const link = await tokenIn(people.app, 'owner@example.com', 'reset-password')
      const reset = await people.send('/api/auth/password/reset/confirm', { token: link, password: newPassword })
      assert.equal(reset.status, 204, await reset.text())
      const told = (await mailsTo(people.app, 'owner@example.com')).filter(({ subject }) => /was changed/.test(subject))
      assert.equal(told.length, 1)
      assert.equal(await people.isSignedIn(token), false)
      assert.equal((await signIn(goodPassword)).status, 401)
      assert.equal(await codeOf(await people.send('/api/auth/email/confirm', { token: move })), 'auth_secret_invalid')
      if (key.status < 300) assert.equal(await people.app.system['auth-keys']!.count({}), 0)
      assert.equal((await signIn(newPassword)).status, 200)
    })
  })
}
