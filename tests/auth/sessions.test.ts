import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { collection, defineApp, email, eq, or, role, text } from 'galley'
import { auth } from 'galley/auth'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../databases.ts'
import { tokenIn, waitingMails } from './mails.ts'

const customers = collection('customers', {
  fields: {
    name: text({ max: 100 }),
    email: email({ unique: true }),
    phone: text({ optional: true }),
    tier: text({ default: 'basic' }),
  },
  rules: {
    read: ({ row, actor }) => or(eq(row.id, actor.id), role('staff')),
    update: ({ row, actor }) => eq(row.id, actor.id),
    delete: role('staff'),
  },
})

const app = defineApp({
  name: 'desk',
  collections: [customers],
  roles: { staff: {} },
  features: [auth({ accounts: [{ collection: customers, register: ['name', 'phone'] }] })],
})

const password = 'violet harbour ninety teapots'

for (const { name, url } of databases) {
  describe(`accounts and sessions on ${name}`, () => {
    let running: TestApp
    before(async () => {
      running = await createTestApp(app, { database: await url() })
    })
    after(() => running.close())

    const post = (path: string, body: object = {}, headers: Record<string, string> = {}) =>
      running.fetch(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      })
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    const register = async (address: string, profile: object = { name: 'Ada' }) => {
      const answer = await post('/api/auth/register', { email: address, password, profile })
      assert.equal(answer.status, 202, await answer.clone().text())
      return answer
    }
    const verify = async (address: string) => {
      const token = await tokenIn(running, address, 'verify-email')
      assert.equal((await post('/api/auth/verify-email', { token })).status, 204)
    }
    const signIn = async (address: string, more: object = { transport: 'token' }) =>
      post('/api/auth/sign-in', { email: address, password, ...more })
    const tokenOf = async (answer: Response) => ((await answer.json()) as { token: string }).token
    const signedIn = async (address: string) => {
      await register(address)
      await verify(address)
      return tokenOf(await signIn(address))
    }
    const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code

    test('somebody registers, verifies the address, signs in, sees who they are and signs out', async () => {
      await register('ada@example.com')
      const early = await signIn('ada@example.com')
      assert.equal(await codeOf(early), 'auth_email_unverified')
      await verify('ada@example.com')
      const token = await tokenOf(await signIn('ada@example.com'))
      assert.match(token, /^gls_[\w-]{43}$/)
      const who = (await (await running.fetch('/api/auth/session', { headers: bearer(token) })).json()) as any // any: JSON
      assert.equal(who.account.email, 'ada@example.com')
      assert.equal(who.account.isEmailVerified, true)
      const own = await running.fetch(`/api/customers/${who.account.id}`, { headers: bearer(token) })
      assert.equal(((await own.json()) as { name: string }).name, 'Ada')
      assert.equal((await post('/api/auth/sign-out', {}, bearer(token))).status, 204)
      const after = await running.fetch('/api/auth/session', { headers: bearer(token) })
      assert.equal(await codeOf(after), 'auth_session_ended')
    })

    test('a second registration of an address answers alike, changes nothing, and tells the owner', async () => {
      const first = await (await register('eve@example.com')).text()
      const second = await (await register('EVE@example.com', { name: 'Mallory' })).text()
      assert.equal(second, first)
      const { data } = await running.system.customers!.find({ where: { email: 'eve@example.com' } })
      assert.deepEqual(
        data.map((record) => record.name),
        ['Ada'],
      )
      assert.ok((await waitingMails(running)).some(({ template }) => template === 'auth.already-registered'))
    })

    test('nobody fills in what is not theirs to fill in', async () => {
      const answer = await post('/api/auth/register', {
        email: 'tier@example.com',
        password,
        profile: { name: 'T', tier: 'gold' },
      })
      assert.equal(answer.status, 400)
      const { errors } = (await answer.json()) as { errors: { pointer: string }[] }
      assert.deepEqual(
        errors.map(({ pointer }) => pointer),
        ['/profile/tier'],
      )
    })

    test('a wrong password and an unknown account are told alike', async () => {
      await signedIn('known@example.com')
      const wrong = await post('/api/auth/sign-in', { email: 'known@example.com', password: 'x', transport: 'token' })
      const unknown = await post('/api/auth/sign-in', { email: 'none@example.com', password: 'x', transport: 'token' })
      const plain = async (answer: Response) => ({ ...((await answer.json()) as object), requestId: '' })
      assert.equal(wrong.status, 401)
      assert.deepEqual(await plain(wrong), await plain(unknown))
    })

    test('a cookie signs a browser in, and only its own site may use it for changes', async () => {
      await signedIn('cookie@example.com')
      const answer = await signIn('cookie@example.com', {})
      const [cookie = ''] = answer.headers.getSetCookie()
      assert.match(
        cookie,
        /^(?:__Host-)?session=gls_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax(?:; Secure)?; Max-Age=\d+$/,
      )
      assert.equal('token' in ((await answer.json()) as object), false)
      const own = { cookie: cookie.split(';')[0]! }
      assert.equal((await running.fetch('/api/auth/session', { headers: own })).status, 200)
      const bare = await post('/api/auth/sign-out-everywhere', {}, own)
      assert.equal(await codeOf(bare), 'auth_cross_site')
      const foreign: Record<string, string>[] = [
        { 'sec-fetch-site': 'cross-site' },
        { origin: 'https://evil.example' },
        { origin: 'null' },
      ]
      for (const site of foreign)
        assert.equal(
          await codeOf(await post('/api/auth/sign-out-everywhere', {}, { ...own, ...site })),
          'auth_cross_site',
        )
      const ended = await post('/api/auth/sign-out-everywhere', {}, { ...own, origin: await running.url() })
      assert.equal(ended.status, 204)
      assert.equal((await running.fetch('/api/auth/session', { headers: own })).status, 401)
    })

    test('sessions are listed, and ended one by one, but only one’s own', async () => {
      const [one, two] = [await signedIn('many@example.com'), await tokenOf(await signIn('many@example.com'))]
      const other = await signedIn('other@example.com')
      const listOf = async (token: string) =>
        ((await (await running.fetch('/api/auth/sessions', { headers: bearer(token) })).json()) as any).data // any: JSON
      const all = await listOf(one)
      assert.equal(all.length, 2)
      const current = all.find((session: { isCurrent: boolean }) => session.isCurrent)
      const end = (id: string, token: string) =>
        running.fetch(`/api/auth/sessions/${id}`, { method: 'DELETE', headers: bearer(token) })
      assert.equal((await end(current.id, other)).status, 404)
      assert.equal((await end(current.id, two)).status, 204)
      assert.equal((await running.fetch('/api/auth/session', { headers: bearer(one) })).status, 401)
      assert.equal((await listOf(two)).length, 1)
    })

    test('a hundred uses of one link at once succeed once', async () => {
      await register('hundred@example.com')
      const token = await tokenIn(running, 'hundred@example.com', 'verify-email')
      const answers = await Promise.all(Array.from({ length: 100 }, () => post('/api/auth/verify-email', { token })))
      const statuses = answers.map(({ status }) => status)
      assert.equal(statuses.filter((status) => status === 204).length, 1)
      assert.equal(statuses.filter((status) => status === 400).length, 99)
    })

    test('an address is not changed past its owner, and a deleted account is gone', async () => {
      const token = await signedIn('gone@example.com')
      const { account } = (await (await running.fetch('/api/auth/session', { headers: bearer(token) })).json()) as any // any: JSON
      const change = await running.fetch(`/api/customers/${account.id}`, {
        method: 'PATCH',
        body: JSON.stringify({ email: 'else@example.com' }),
        headers: { 'content-type': 'application/json', ...bearer(token) },
      })
      assert.equal(await codeOf(change), 'auth_email_by_confirmation')
      await running.system.customers!.delete(account.id)
      assert.equal((await running.fetch('/api/auth/session', { headers: bearer(token) })).status, 401)
      assert.equal(await codeOf(await signIn('gone@example.com')), 'auth_wrong_credentials')
    })
  })
}
