import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../databases.ts'
import { mailsTo, tokenIn } from './mails.ts'
import {
  appWithCustomers,
  bearer,
  codeOf,
  type People,
  goodPassword as password,
  startPeople,
  tokenOf,
} from './people.ts'

for (const { name, url } of databases) {
  describe(`accounts and sessions on ${name}`, () => {
    let people: People
    before(async () => {
      people = await startPeople(appWithCustomers(), { database: await url() })
    })
    after(() => people.app.close())

    test('somebody registers, verifies the address, signs in, sees who they are and signs out', async () => {
      await people.register('ada@example.com')
      const early = await people.signIn('ada@example.com')
      assert.equal(await codeOf(early), 'auth_email_unverified')
      await people.verify('ada@example.com')
      const token = await tokenOf(await people.signIn('ada@example.com'))
      assert.match(token, /^gls_[\w-]{43}$/)
      const who = (await (await people.app.fetch('/api/auth/session', { headers: bearer(token) })).json()) as any // any: JSON
      assert.equal(who.account.email, 'ada@example.com')
      assert.equal(who.account.isEmailVerified, true)
      const own = await people.app.fetch(`/api/customers/${who.account.id}`, { headers: bearer(token) })
      assert.equal(((await own.json()) as { name: string }).name, 'Ada')
      assert.equal((await people.send('/api/auth/sign-out', {}, bearer(token))).status, 204)
      const after = await people.app.fetch('/api/auth/session', { headers: bearer(token) })
      assert.equal(await codeOf(after), 'auth_session_ended')
    })

    test('a second registration of an address answers alike, changes nothing, and tells the owner', async () => {
      const first = await (await people.register('eve@example.com')).text()
      const second = await (await people.register('EVE@example.com', { name: 'Mallory' })).text()
      assert.equal(second, first)
      const { data } = await people.app.system.customers!.find({ where: { email: 'eve@example.com' } })
      assert.deepEqual(
        data.map((record) => record.name),
        ['Ada'],
      )
      assert.ok((await mailsTo(people.app, 'eve@example.com')).some(({ subject }) => /already/.test(subject)))
    })

    test('nobody fills in what is not theirs to fill in', async () => {
      const answer = await people.send('/api/auth/register', {
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
      await people.arrive('known@example.com')
      const wrong = await people.send('/api/auth/sign-in', {
        email: 'known@example.com',
        password: 'x',
        transport: 'token',
      })
      const unknown = await people.send('/api/auth/sign-in', {
        email: 'none@example.com',
        password: 'x',
        transport: 'token',
      })
      const plain = async (answer: Response) => ({ ...((await answer.json()) as object), requestId: '' })
      assert.equal(wrong.status, 401)
      assert.deepEqual(await plain(wrong), await plain(unknown))
    })

    test('a cookie signs a browser in, and only its own site may use it for changes', async () => {
      await people.arrive('cookie@example.com')
      const answer = await people.signIn('cookie@example.com', password, {})
      const [cookie = ''] = answer.headers.getSetCookie()
      assert.match(
        cookie,
        /^(?:__Host-)?session=gls_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax(?:; Secure)?; Max-Age=\d+$/,
      )
      assert.equal('token' in ((await answer.json()) as object), false)
      const own = { cookie: cookie.split(';')[0]! }
      assert.equal((await people.app.fetch('/api/auth/session', { headers: own })).status, 200)
      const bare = await people.send('/api/auth/sign-out-everywhere', {}, own)
      assert.equal(await codeOf(bare), 'auth_cross_site')
      const foreign: Record<string, string>[] = [
        { 'sec-fetch-site': 'cross-site' },
        { origin: 'https://evil.example' },
        { origin: 'null' },
      ]
      for (const site of foreign)
        assert.equal(
          await codeOf(await people.send('/api/auth/sign-out-everywhere', {}, { ...own, ...site })),
          'auth_cross_site',
        )
      const ended = await people.send('/api/auth/sign-out-everywhere', {}, { ...own, origin: await people.app.url() })
      assert.equal(ended.status, 204)
      assert.equal((await people.app.fetch('/api/auth/session', { headers: own })).status, 401)
    })

    test('a browser that signs in again has one session, not two', async () => {
      await people.arrive('again@example.com')
      const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0]!.split(';')[0]!
      const first = cookieOf(await people.signIn('again@example.com', password, {}))
      const answer = await people.send(
        '/api/auth/sign-in',
        { email: 'again@example.com', password },
        { cookie: first, origin: await people.app.url() },
      )
      assert.equal(answer.status, 200)
      assert.equal((await people.app.fetch('/api/auth/session', { headers: { cookie: first } })).status, 401)
      assert.equal((await people.app.fetch('/api/auth/session', { headers: { cookie: cookieOf(answer) } })).status, 200)
    })

    test('sessions are listed, and ended one by one, but only one’s own', async () => {
      const [one, two] = [
        await people.arrive('many@example.com'),
        await tokenOf(await people.signIn('many@example.com')),
      ]
      const other = await people.arrive('other@example.com')
      const listOf = async (token: string) =>
        ((await (await people.app.fetch('/api/auth/sessions', { headers: bearer(token) })).json()) as any).data // any: JSON
      const all = await listOf(one)
      assert.equal(all.length, 2)
      const current = all.find((session: { isCurrent: boolean }) => session.isCurrent)
      const end = (id: string, token: string) =>
        people.app.fetch(`/api/auth/sessions/${id}`, { method: 'DELETE', headers: bearer(token) })
      assert.equal((await end(current.id, other)).status, 404)
      assert.equal((await end(current.id, two)).status, 204)
      assert.equal((await people.app.fetch('/api/auth/session', { headers: bearer(one) })).status, 401)
      assert.equal((await listOf(two)).length, 1)
    })

    test('a hundred uses of one link at once succeed once', async () => {
      await people.register('hundred@example.com')
      const token = await tokenIn(people.app, 'hundred@example.com', 'verify-email')
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => people.send('/api/auth/verify-email', { token })),
      )
      const statuses = answers.map(({ status }) => status)
      assert.equal(statuses.filter((status) => status === 204).length, 1)
      assert.equal(statuses.filter((status) => status === 400).length, 99)
    })

    test('an address is not changed past its owner, and a deleted account is gone', async () => {
      const token = await people.arrive('gone@example.com')
      const { account } = (await (
        await people.app.fetch('/api/auth/session', { headers: bearer(token) })
      ).json()) as any // any: JSON
      const change = await people.app.fetch(`/api/customers/${account.id}`, {
        method: 'PATCH',
        body: JSON.stringify({ email: 'else@example.com' }),
        headers: { 'content-type': 'application/json', ...bearer(token) },
      })
      assert.equal(await codeOf(change), 'auth_email_by_confirmation')
      await people.app.system.customers!.delete(account.id)
      assert.equal((await people.app.fetch('/api/auth/session', { headers: bearer(token) })).status, 401)
      assert.equal(await codeOf(await people.signIn('gone@example.com')), 'auth_wrong_credentials')
    })
  })
}

test('a session from before the address was proved ends when it is', async () => {
  const people = await startPeople(appWithCustomers({}, { requiresVerifiedEmail: false }), {})
  await people.register('late@example.com')
  const early = await tokenOf(await people.signIn('late@example.com'))
  assert.equal(await people.isSignedIn(early), true)
  await people.verify('late@example.com')
  assert.equal(await people.isSignedIn(early), false)
  await people.app.close()
})
