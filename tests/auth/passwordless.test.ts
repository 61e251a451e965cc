import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { collection, defineApp, email, eq, text } from 'galley'
import { auth } from 'galley/auth'
import { Secret, TOTP } from 'otpauth'
import { databases } from '../databases.ts'
import { mailsTo, tokenIn } from './mails.ts'
import { appWithCustomers, bearer, codeOf, type People, goodPassword as password, startPeople } from './people.ts'

const guests = collection('guests', {
  fields: { email: email({ unique: true }), name: text({ optional: true }) },
  rules: { read: ({ row, actor }) => eq(row.id, actor.id) },
})

/** Anybody with an address is welcome. */
const openApp = () =>
  defineApp({
    name: 'desk',
    collections: [guests],
    features: [
      auth({
        accounts: [{ collection: guests, register: ['name'] }],
        passwordless: { magicLink: true, code: true, register: true },
      }),
    ],
  })

for (const { name, url } of databases) {
  describe(`signing in by mail on ${name}`, () => {
    let people: People
    let open: People
    before(async () => {
      people = await startPeople(appWithCustomers({ passwordless: { magicLink: true, code: true } }), {
        database: await url(),
      })
      open = await startPeople(openApp(), { database: await url() })
    })
    after(() => Promise.all([people.app.close(), open.app.close()]))

    const ask = async (way: string, address: string, of = people) => {
      const answer = await of.send(`/api/auth/${way}`, { email: address, transport: 'token' })
      assert.equal(answer.status, 202, await answer.clone().text())
      return (await answer.json()) as { status: string; handle: string }
    }
    const codeFor = async (address: string, of = people) => {
      for (const { text } of await mailsTo(of.app, address)) {
        const code = /^\s*(\d{6})\s*$/m.exec(text)?.[1]
        if (code !== undefined) return code
      }
      return assert.fail(`no code for ${address}`)
    }
    const confirmLink = (token: string, handle: string | undefined, of = people) =>
      of.send('/api/auth/magic-link/confirm', { token, handle, transport: 'token' })
    const confirmCode = (code: string, handle: string | undefined, of = people) =>
      of.send('/api/auth/one-time-code/confirm', { code, handle, transport: 'token' })
    const known = async (address: string) => {
      await people.register(address)
      await people.verify(address)
    }

    test('a link signs in once, in the app that asked for it', async () => {
      await known('link@example.com')
      const { handle } = await ask('magic-link', 'Link@example.com')
      const token = await tokenIn(people.app, 'link@example.com', 'magic-link')
      const answer = await confirmLink(token, handle)
      assert.equal(answer.status, 200, await answer.clone().text())
      const { token: session } = (await answer.json()) as { token: string }
      const who = await people.who(session)
      assert.equal(who.account.email, 'link@example.com')
      assert.deepEqual(who.session.methods, ['magic-link'])
      assert.equal(await codeOf(await confirmLink(token, handle)), 'auth_secret_invalid')
    })

    test('a link from another browser is refused, and stays good where it was asked for', async () => {
      await known('other@example.com')
      const asked = await people.send('/api/auth/magic-link', { email: 'other@example.com' })
      const [cookie = ''] = asked.headers.getSetCookie()
      assert.match(
        cookie,
        /^(?:__Host-)?magic-link=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax(?:; Secure)?; Max-Age=600$/,
      )
      assert.deepEqual(await asked.json(), { status: 'check-your-mail' })
      const token = await tokenIn(people.app, 'other@example.com', 'magic-link')
      for (const headers of [{}, { cookie: `magic-link=${'x'.repeat(43)}` }] as Record<string, string>[]) {
        const refused = await people.send('/api/auth/magic-link/confirm', { token }, headers)
        assert.equal(refused.status, 403)
        assert.equal(await codeOf(refused), 'auth_other_browser')
        assert.deepEqual(refused.headers.getSetCookie(), [])
      }
      const own = { cookie: cookie.split(';')[0]! }
      const answer = await people.send('/api/auth/magic-link/confirm', { token }, own)
      assert.equal(answer.status, 200, await answer.clone().text())
      const cookies = answer.headers.getSetCookie()
      assert.ok(cookies.some((each) => /session=gls_/.test(each)))
      assert.ok(cookies.some((each) => /magic-link=;.*Max-Age=0/.test(each)))
    })

    test('pages of other sites neither ask nor finish', async () => {
      const evil = { origin: 'https://evil.example' }
      const body = { email: 'x@example.com' }
      assert.equal(await codeOf(await people.send('/api/auth/magic-link', body, evil)), 'auth_cross_site')
      assert.equal(
        await codeOf(await people.send('/api/auth/one-time-code/confirm', { code: '123456' }, evil)),
        'auth_cross_site',
      )
      assert.equal(
        await codeOf(await people.send('/api/auth/magic-link/confirm', { token: 'x' }, evil)),
        'auth_cross_site',
      )
    })

    test('a code signs in once, only with the handle of the one who asked', async () => {
      await known('code@example.com')
      const { handle } = await ask('one-time-code', 'code@example.com')
      const code = await codeFor('code@example.com')
      assert.equal(await codeOf(await confirmCode(code, undefined)), 'auth_secret_invalid')
      assert.equal(await codeOf(await confirmCode(code, 'y'.repeat(43))), 'auth_secret_invalid')
      const answer = await confirmCode(`${code.slice(0, 3)} ${code.slice(3)}`, handle)
      assert.equal(answer.status, 200, await answer.clone().text())
      assert.equal(await codeOf(await confirmCode(code, handle)), 'auth_secret_invalid')
    })

    test('after five wrong tries the right code is worth nothing', async () => {
      await known('five@example.com')
      const { handle } = await ask('one-time-code', 'five@example.com')
      const code = await codeFor('five@example.com')
      const wrong = code === '111111' ? '222222' : '111111'
      for (let turn = 0; turn < 5; turn += 1)
        assert.equal(await codeOf(await confirmCode(wrong, handle)), 'auth_secret_invalid')
      assert.equal(await codeOf(await confirmCode(code, handle)), 'auth_secret_invalid')
    })

    test('the fifth try may be the right one', async () => {
      await known('fifth@example.com')
      const { handle } = await ask('one-time-code', 'fifth@example.com')
      const code = await codeFor('fifth@example.com')
      const wrong = code === '111111' ? '222222' : '111111'
      for (let turn = 0; turn < 4; turn += 1) await confirmCode(wrong, handle)
      assert.equal((await confirmCode(code, handle)).status, 200)
    })

    test('fifty guesses at once are five tries, and the right code at once succeeds once', async () => {
      await known('crowd@example.com')
      const { handle } = await ask('one-time-code', 'crowd@example.com')
      const code = await codeFor('crowd@example.com')
      const secrets = people.app.system['auth-secrets']!
      const wrong = code === '111111' ? '222222' : '111111'
      const guesses = await Promise.all(Array.from({ length: 50 }, () => confirmCode(wrong, handle)))
      for (const { status } of guesses) assert.ok(status === 400 || status === 429, String(status))
      for (let turn = 0; turn < 5; turn += 1) await confirmCode(wrong, handle)
      const { data } = await secrets.find({ where: { purpose: 'one-time-code' }, sort: '-createdAt', limit: 1 })
      assert.equal(data[0]!.attemptsLeft, 0)
      assert.equal(await codeOf(await confirmCode(code, handle)), 'auth_secret_invalid')

      const again = await ask('one-time-code', 'crowd@example.com')
      const right = await codeFor('crowd@example.com')
      const answers = await Promise.all(Array.from({ length: 5 }, () => confirmCode(right, again.handle)))
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    })

    test('only the newest link and code are good', async () => {
      await known('newest@example.com')
      const first = await ask('one-time-code', 'newest@example.com')
      const old = await codeFor('newest@example.com')
      const second = await ask('one-time-code', 'newest@example.com')
      const code = await codeFor('newest@example.com')
      assert.equal(await codeOf(await confirmCode(old, first.handle)), 'auth_secret_invalid')
      assert.equal((await confirmCode(code, second.handle)).status, 200)

      const one = await ask('magic-link', 'newest@example.com')
      const oldToken = await tokenIn(people.app, 'newest@example.com', 'magic-link')
      await ask('magic-link', 'newest@example.com')
      await people.app.mails()
      assert.equal(await codeOf(await confirmLink(oldToken, one.handle)), 'auth_secret_invalid')
    })

    test('an unknown address gets the same answer and no mail, and its codes are wrong', async () => {
      await known('same@example.com')
      const [one, other] = [
        await ask('one-time-code', 'same@example.com'),
        await ask('one-time-code', 'nobody@example.com'),
      ]
      assert.deepEqual({ ...one, handle: '' }, { ...other, handle: '' })
      assert.equal(one.handle.length, other.handle.length)
      await ask('magic-link', 'nobody@example.com')
      assert.deepEqual(await mailsTo(people.app, 'nobody@example.com'), [])
      const refused = async (handle: string) => {
        const answer = await confirmCode('000000', handle)
        return { status: answer.status, ...((await answer.json()) as object), requestId: '' }
      }
      assert.deepEqual(await refused(other.handle), await refused(one.handle))
      // The same work for both: a try is counted.
      const { data } = await people.app.system['auth-secrets']!.find({
        where: { purpose: 'one-time-code', account: null, attemptsLeft: 4 },
      })
      assert.equal(data.length, 1)
    })

    test('nobody fills the inbox of somebody else', async () => {
      await known('flooded@example.com')
      for (let turn = 0; turn < 7; turn += 1) {
        await ask('magic-link', 'flooded@example.com')
        await people.app.mails()
      }
      const links = (await mailsTo(people.app, 'flooded@example.com')).filter(({ subject }) => /Sign in/.test(subject))
      assert.equal(links.length, 5)
    })

    test('whoever registered with the address of somebody else does not keep a way in', async () => {
      await people.register('victim@example.com')
      const { handle } = await ask('one-time-code', 'victim@example.com')
      const answer = await confirmCode(await codeFor('victim@example.com'), handle)
      const { token } = (await answer.json()) as { token: string }
      assert.equal((await people.who(token)).account.isEmailVerified, true)
      assert.equal(await codeOf(await people.signIn('victim@example.com', password)), 'auth_wrong_credentials')
    })

    test('a second factor is still asked for', async () => {
      const session = await people.arrive('careful@example.com')
      const { secret } = (await (await people.sendAs(session, '/api/auth/totp')).json()) as { secret: string }
      const totp = TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() })
      assert.equal((await people.sendAs(session, '/api/auth/totp/confirm', { code: totp })).status, 200)
      const { handle } = await ask('one-time-code', 'careful@example.com')
      const answer = await confirmCode(await codeFor('careful@example.com'), handle)
      const { status, token, challenge } = (await answer.json()) as Record<string, string>
      assert.deepEqual([status, token], ['second-factor-required', undefined])
      assert.ok(challenge)
    })

    test('a disabled account gets no mail, and one that is disabled meanwhile is not let in', async () => {
      await known('disabled@example.com')
      const { handle } = await ask('one-time-code', 'disabled@example.com')
      const code = await codeFor('disabled@example.com')
      const accounts = people.app.system['auth-accounts']!
      const account = await accounts.first({ where: { email: 'disabled@example.com' } })
      await accounts.update(account!.id, { disabledAt: new Date().toISOString() })
      assert.equal(await codeOf(await confirmCode(code, handle)), 'auth_account_disabled')
      const before = (await mailsTo(people.app, 'disabled@example.com')).length
      await ask('magic-link', 'disabled@example.com')
      assert.equal((await mailsTo(people.app, 'disabled@example.com')).length, before)
    })

    test('where it is allowed, an unknown address makes an account', async () => {
      const { handle } = await ask('one-time-code', 'new@example.com', open)
      assert.equal(await open.app.system.guests!.count({}), 0)
      const answer = await confirmCode(await codeFor('new@example.com', open), handle, open)
      assert.equal(answer.status, 200, await answer.clone().text())
      const { token } = (await answer.json()) as { token: string }
      assert.equal((await open.who(token)).account.isEmailVerified, true)
      assert.equal(await open.app.system.guests!.count({ email: 'new@example.com' }), 1)
    })

    test('what is not turned on is not there', async () => {
      const plain = await startPeople(appWithCustomers({ passwordless: { code: true } }), { database: await url() })
      assert.equal((await plain.send('/api/auth/magic-link', { email: 'a@example.com' })).status, 404)
      assert.equal((await plain.send('/api/auth/magic-link/confirm', { token: 'x' })).status, 404)
      await plain.app.close()
    })

    test('a stolen database holds neither links nor codes nor handles', async () => {
      await known('stolen@example.com')
      const { handle } = await ask('one-time-code', 'stolen@example.com')
      const code = await codeFor('stolen@example.com')
      const { data } = await people.app.system['auth-secrets']!.find({ where: {}, limit: 100 })
      const everything = JSON.stringify(data)
      assert.ok(!everything.includes(handle))
      assert.ok(!everything.includes(`"${code}"`))
      assert.equal((await people.app.fetch('/api/auth-secrets', { headers: bearer(undefined) })).status, 401)
    })
  })
}
