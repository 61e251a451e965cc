import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { databases } from '../databases.ts'
import { type Office, startOffice } from './offices.ts'
import { appWithCustomers, goodPassword, type People, startPeople, tokenOf } from './people.ts'

const newPassword = 'quiet lanterns over seven bridges'
/** Slow enough that something else happens while a password is looked at. */
const slowHashing = { memoryKiB: 32_768, passes: 4 }

for (const { name, url } of databases) {
  describe(`what happens at the same moment on ${name}`, () => {
    let people: People
    let office: Office
    before(async () => {
      const options = { jwt: { audience: 'https://stock.example' }, apiKeys: true } as const
      people = await startPeople(appWithCustomers({ ...options, passwords: { hashing: slowHashing } }), {
        database: await url(),
      })
      office = await startOffice({ database: await url() })
    })
    after(() => Promise.all([people.app.close(), office.app.close()]))

    const addFactor = async (token: string) => {
      const { secret } = (await (await people.sendAs(token, '/api/auth/totp')).json()) as { secret: string }
      const code = TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() })
      return () => people.sendAs(token, '/api/auth/totp/confirm', { code })
    }

    test('a sign-in that began before the first second factor does not end after it without one', async () => {
      const confirm = await addFactor(await people.arrive('early@example.com'))
      const signingIn = people.signIn('early@example.com')
      await new Promise((resolve) => setTimeout(resolve, 20))
      assert.equal((await confirm()).status, 200)
      const { token, status } = (await (await signingIn).json()) as { token?: string; status: string | number }
      assert.equal(token, undefined)
      assert.ok(status === 409 || status === 'second-factor-required', `${status}`)
    })

    test('tokens that were given out before the first second factor end with the other sessions', async () => {
      const session = await people.arrive('tokens@example.com')
      const given = (await (await people.sendAs(session, '/api/auth/token')).json()) as Record<string, string>
      assert.equal((await people.get('/api/customers', given.accessToken)).status, 200)
      assert.equal((await (await addFactor(session))()).status, 200)
      assert.equal((await people.get('/api/customers', given.accessToken)).status, 401)
      const { refreshToken } = given
      assert.equal((await people.send('/api/auth/token/refresh', { refreshToken })).status, 401)
    })

    test('no API key is made past the change of password that ends them all', async () => {
      const token = await people.arrive('keys@example.com')
      const made: string[] = []
      let isOver = false
      const make = async () => {
        while (!isOver) {
          const answer = await people.sendAs(token, '/api/auth/keys', { name: 'thief' })
          const { key } = (await answer.json()) as { key?: string }
          if (key !== undefined) made.push(key)
        }
      }
      const makers = Promise.all(Array.from({ length: 8 }, make))
      const input = { current: goodPassword, password: newPassword, revokeKeys: true }
      const changed = await people.sendAs(token, '/api/auth/password', input)
      isOver = true
      await makers
      assert.equal(changed.status, 200, await changed.text())
      assert.equal(await people.app.system['auth-keys']!.count({}), 0)
      for (const key of made) assert.equal((await people.get('/api/customers', key)).status, 401)
    })

    test('of any number of API keys that are made at once there are no more than may be', async () => {
      const token = await people.arrive('many@example.com')
      await Promise.all(Array.from({ length: 50 }, () => people.sendAs(token, '/api/auth/keys', { name: 'one' })))
      const { account } = await people.who(token)
      assert.ok((await people.app.system['auth-keys']!.count({ account: account.id })) <= 25)
    })

    test('as many as may come from one address may come at once, and no more', async () => {
      const register = (_: unknown, index: number) => {
        const input = { email: `crowd${index}@example.com`, password: 'short', profile: { name: 'Ada' } }
        return people.send('/api/auth/register', input)
      }
      const earlier = await people.app.system['auth-accounts']!.count({}) // registered from the same address
      const answers = await Promise.all(Array.from({ length: 60 }, register))
      assert.equal(answers.filter(({ status }) => status !== 429).length, 30 - earlier)
    })

    test('acting as somebody else ends with the session of the administrator', async () => {
      const someone = await office.person('someone')
      const support = await office.person('support', ['support'])
      const actFrom = async (session: string) =>
        tokenOf(await office.people.sendAs(session, '/api/auth/impersonate', { account: someone.id }))
      const [one, other] = [await office.signIn(support), await office.signIn(support)]
      const acting = await actFrom(one)
      const { session } = await office.people.who(one)
      await office.people.sendAs(other, `/api/auth/sessions/${session.id}`, {}, 'DELETE')
      assert.equal(await office.people.isSignedIn(acting), false)
      const again = await actFrom(other)
      await office.people.sendAs(other, '/api/auth/sign-out')
      assert.equal(await office.people.isSignedIn(again), false)
    })

    test('an administrator who signs out while acting as somebody else is signed out', async () => {
      const someone = await office.person('client')
      const support = await office.person('helper', ['support'])
      const own = { 'sec-fetch-site': 'same-origin' }
      const signedIn = await office.people.signIn(support.email, goodPassword, { transport: 'cookie' })
      const session = /session=([^;]+)/.exec(signedIn.headers.getSetCookie().join())![1]!
      const input = { account: someone.id }
      const cookie = { cookie: `session=${session}`, ...own }
      const acting = await office.people.send('/api/auth/impersonate', input, cookie)
      const cookies = acting.headers.getSetCookie().map((each) => each.split(';')[0])
      await office.people.send('/api/auth/sign-out', {}, { cookie: cookies.join('; '), ...own })
      assert.equal(await office.people.isSignedIn(session), false)
    })
  })
}
