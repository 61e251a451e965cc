import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { collection, defineApp, everyone, recentlyAuthenticated, text } from 'galley'
import { auth } from 'galley/auth'
import { Secret, TOTP, URI } from 'otpauth'
import { databases } from '../databases.ts'
import { mailsTo } from './mails.ts'
import { appWithCustomers, codeOf, customers, goodPassword, type People, startPeople, tokenOf } from './people.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const stepMs = 30_000

for (const { name, url } of databases) {
  describe(`the second factor on ${name}`, () => {
    let people: People
    let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
    before(async () => {
      const app = appWithCustomers({}, { requireMfa: ['staff'] })
      people = await startPeople(app, { database: await url(), clock: { nowMs: () => nowMs } })
    })
    after(() => people.app.close())

    const shown = (secret: string, drift = 0) =>
      TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: nowMs + drift * stepMs })
    const json = async (answer: Response) => (await answer.json()) as any // any: JSON
    const begin = async (token: string): Promise<string> => {
      const answer = await people.sendAs(token, '/api/auth/totp')
      assert.equal(answer.status, 200, await answer.clone().text())
      return (await json(answer)).secret
    }
    /** Sets up an authenticator; the next code is good a moment later. */
    const enrol = async (token: string) => {
      const secret = await begin(token)
      const answer = await people.sendAs(token, '/api/auth/totp/confirm', { code: shown(secret) })
      assert.equal(answer.status, 200, await answer.clone().text())
      nowMs += stepMs
      const { token: renewed, recoveryCodes, status } = await json(answer)
      return { secret, token: renewed as string, recoveryCodes: recoveryCodes as string[], status }
    }
    const challengeOf = async (address: string, more: object = {}) => {
      const answer = await people.signIn(address, goodPassword, { transport: 'token', ...more })
      const { status, challenge } = await json(answer)
      assert.equal(status, 'second-factor-required')
      return challenge as string
    }
    const finish = (challenge: string, proof: object) => people.send('/api/auth/second-factor', { challenge, ...proof })
    const accountOf = async (token: string) => (await people.who(token)).account.id as string

    test('an authenticator is set up, asked for at the next sign-in, and its codes are good once', async () => {
      const first = await people.arrive('ada@example.com')
      const begun = await json(await people.sendAs(first, '/api/auth/totp'))
      const read = URI.parse(begun.uri)
      assert.ok(read instanceof TOTP)
      assert.deepEqual([read.secret.base32, read.issuer, read.label], [begun.secret, 'desk', 'ada@example.com'])
      assert.match(begun.qr, /^<svg /)
      assert.deepEqual((await people.who(first)).factors, [])
      const wrong = await people.sendAs(first, '/api/auth/totp/confirm', { code: shown(begun.secret, 5) })
      assert.equal(await codeOf(wrong), 'auth_wrong_code')
      const done = await json(await people.sendAs(first, '/api/auth/totp/confirm', { code: shown(begun.secret) }))
      assert.equal(done.status, 'signed-in')
      assert.equal(new Set(done.recoveryCodes).size, 10)
      assert.deepEqual([await people.isSignedIn(first), await people.isSignedIn(done.token)], [false, true])
      assert.deepEqual((await people.who(done.token)).factors, ['totp'])
      assert.match((await mailsTo(people.app, 'ada@example.com'))[0]!.text, /authenticator app was added/)

      const replayed = await finish(await challengeOf('ada@example.com'), { code: shown(begun.secret) })
      assert.equal(await codeOf(replayed), 'auth_wrong_code')
      nowMs += stepMs
      const challenge = await challengeOf('ada@example.com')
      assert.equal(await codeOf(await finish(challenge, { code: '000000' })), 'auth_wrong_code')
      const answer = await finish(challenge, { code: shown(begun.secret) })
      assert.equal(answer.status, 200, await answer.clone().text())
      assert.deepEqual((await people.who(await tokenOf(answer))).session.methods, ['password', 'totp'])
      assert.equal(await codeOf(await finish(challenge, { code: shown(begun.secret, 1) })), 'auth_secret_invalid')
    })

    test('the first factor ends the sessions that were begun without one', async () => {
      const token = await people.arrive('others@example.com')
      const other = await tokenOf(await people.signIn('others@example.com'))
      const { token: renewed } = await enrol(token)
      assert.deepEqual(
        [await people.isSignedIn(token), await people.isSignedIn(other), await people.isSignedIn(renewed)],
        [false, false, true],
      )
    })

    test('the secret of an authenticator is not in the database, and does not open in the row of another', async () => {
      const [one, two] = [
        await enrol(await people.arrive('seal1@example.com')),
        await enrol(await people.arrive('seal2@example.com')),
      ]
      const rows = people.app.system['auth-totp']!
      const [id1, id2] = [await accountOf(one.token), await accountOf(two.token)]
      const row1 = (await rows.first({ where: { account: id1 } }))!
      const row2 = (await rows.first({ where: { account: id2 } }))!
      assert.match(String(row1.secret), /^s1\./)
      assert.ok(!JSON.stringify([row1, row2]).includes(one.secret))
      await rows.update(row2.id as string, { secret: row1.secret })
      const answer = await finish(await challengeOf('seal2@example.com'), { code: shown(one.secret) })
      assert.equal(answer.status, 500)
    })

    test('a clock may be one step off, not two', async () => {
      const { secret } = await enrol(await people.arrive('drift@example.com'))
      nowMs += 10 * stepMs
      const challenge = await challengeOf('drift@example.com')
      for (const drift of [-2, 2])
        assert.equal(await codeOf(await finish(challenge, { code: shown(secret, drift) })), 'auth_wrong_code')
      assert.equal((await finish(challenge, { code: shown(secret, -1) })).status, 200)
      nowMs += stepMs
      assert.equal((await finish(await challengeOf('drift@example.com'), { code: shown(secret, 1) })).status, 200)
    })

    test('a hundred uses of one code at once sign in once', async () => {
      const { secret } = await enrol(await people.arrive('hundred@example.com'))
      const challenges = [await challengeOf('hundred@example.com'), await challengeOf('hundred@example.com')]
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, at) => finish(challenges[at % 2]!, { code: shown(secret) })),
      )
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    })

    test('a challenge ends with the fifth wrong code, and after ten minutes', async () => {
      const { secret } = await enrol(await people.arrive('five@example.com'))
      const challenge = await challengeOf('five@example.com')
      for (let turn = 0; turn < 5; turn += 1) {
        assert.equal(await codeOf(await finish(challenge, { code: '000000' })), 'auth_wrong_code')
        nowMs += 10_000 // later than each delay
      }
      assert.equal(await codeOf(await finish(challenge, { code: shown(secret) })), 'auth_secret_invalid')
      assert.match((await mailsTo(people.app, 'five@example.com'))[0]!.subject, /may know your password/)
      const late = await challengeOf('five@example.com')
      nowMs += 10 * minuteMs
      assert.equal(await codeOf(await finish(late, { code: shown(secret) })), 'auth_secret_invalid')
    })

    test('wrong codes are counted however many challenges there are', async () => {
      const { secret } = await enrol(await people.arrive('count@example.com'))
      const codes: string[] = []
      for (let turn = 0; turn < 6; turn += 1)
        codes.push(await codeOf(await finish(await challengeOf('count@example.com'), { code: '000000' })))
      assert.deepEqual(codes.slice(0, 4), Array(4).fill('auth_wrong_code'))
      assert.equal(codes.at(-1), 'auth_too_many_attempts')
      const right = await finish(await challengeOf('count@example.com'), { code: shown(secret) })
      assert.equal(right.status, 429)
    })

    test('a sign-in that was begun before the password changed, or the account was disabled, is not finished', async () => {
      const { secret, token } = await enrol(await people.arrive('begun@example.com'))
      const id = await accountOf(token)
      const challenge = await challengeOf('begun@example.com')
      await people.app.system['auth-accounts']!.update(id, { disabledAt: new Date(nowMs).toISOString() })
      assert.equal(await codeOf(await finish(challenge, { code: shown(secret) })), 'auth_secret_invalid')
      await people.app.system['auth-accounts']!.update(id, { disabledAt: null })
      const change = { current: goodPassword, password: 'seven quiet lanterns burning' }
      assert.equal((await people.sendAs(token, '/api/auth/password', change)).status, 200)
      assert.equal(await codeOf(await finish(challenge, { code: shown(secret) })), 'auth_secret_invalid')
    })

    test('a recovery code is good once, is told by mail, and ten new ones replace the others', async () => {
      const { recoveryCodes, secret } = await enrol(await people.arrive('drawer@example.com'))
      const [one = '', two = '', three = ''] = recoveryCodes
      const answer = await finish(await challengeOf('drawer@example.com'), { recoveryCode: one.toLowerCase() })
      assert.equal(answer.status, 200, await answer.clone().text())
      const token = await tokenOf(answer)
      const mails = (await mailsTo(people.app, 'drawer@example.com')).map(({ text }) => text)
      assert.ok(mails.some((text) => /recovery codes was used.*There are 9 left/s.test(text)))
      const again = await challengeOf('drawer@example.com')
      assert.equal(await codeOf(await finish(again, { recoveryCode: one })), 'auth_wrong_code')
      const answers = await Promise.all([1, 2, 3].map(() => finish(again, { recoveryCode: two })))
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
      const left = async () => (await json(await people.get('/api/auth/second-factor', token))).recoveryCodesLeft
      assert.equal(await left(), 8)
      const renewed = await json(await people.sendAs(token, '/api/auth/recovery-codes'))
      assert.equal(await left(), 10)
      nowMs += minuteMs
      const third = await challengeOf('drawer@example.com')
      assert.equal(await codeOf(await finish(third, { recoveryCode: three })), 'auth_wrong_code')
      assert.equal((await finish(third, { recoveryCode: renewed.recoveryCodes[0] })).status, 200)
      nowMs += minuteMs
      const plain = await tokenOf(await finish(await challengeOf('drawer@example.com'), { code: shown(secret) }))
      nowMs += 11 * minuteMs
      assert.equal(
        await codeOf(await people.sendAs(plain, '/api/auth/recovery-codes')),
        'auth_reauthentication_required',
      )
    })

    test('the recovery codes of one account are worth nothing at another', async () => {
      const one = await enrol(await people.arrive('mine@example.com'))
      await enrol(await people.arrive('theirs@example.com'))
      const answer = await finish(await challengeOf('theirs@example.com'), { recoveryCode: one.recoveryCodes[0] })
      assert.equal(await codeOf(answer), 'auth_wrong_code')
    })

    test('whoever only knows the password cannot add, replace or remove a factor', async () => {
      const { secret, token } = await enrol(await people.arrive('hold@example.com'))
      nowMs += 11 * minuteMs
      const weak = await tokenOf(await people.sendAs(token, '/api/auth/reauthenticate', { password: goodPassword }))
      assert.equal(await codeOf(await people.sendAs(weak, '/api/auth/totp')), 'auth_second_factor_required')
      assert.equal(await codeOf(await people.sendAs(weak, '/api/auth/recovery-codes')), 'auth_second_factor_required')
      assert.equal(await codeOf(await people.sendAs(weak, '/api/auth/totp', {}, 'DELETE')), 'auth_factor_expected')
      const bad = await people.sendAs(weak, '/api/auth/totp', { code: '000000' }, 'DELETE')
      assert.equal(await codeOf(bad), 'auth_wrong_code')
      const strong = await tokenOf(await people.sendAs(weak, '/api/auth/reauthenticate', { code: shown(secret) }))
      assert.equal(await people.isSignedIn(weak), false)
      const replaced = await enrol(strong)
      assert.equal(replaced.recoveryCodes, undefined)
      const challenge = await challengeOf('hold@example.com')
      assert.equal(await codeOf(await finish(challenge, { code: shown(secret) })), 'auth_wrong_code')
      assert.equal((await finish(challenge, { code: shown(replaced.secret) })).status, 200)
    })

    test('an authenticator is removed by a code of it, with its recovery codes and remembered devices', async () => {
      const { secret, token } = await enrol(await people.arrive('away@example.com'))
      const removed = await people.sendAs(token, '/api/auth/totp', { code: shown(secret) }, 'DELETE')
      assert.equal(removed.status, 204, await removed.clone().text())
      assert.match((await mailsTo(people.app, 'away@example.com'))[0]!.text, /authenticator app was removed/)
      assert.equal((await json(await people.signIn('away@example.com'))).status, 'signed-in')
      assert.equal((await json(await people.get('/api/auth/second-factor', token))).recoveryCodesLeft, 0)
      nowMs += stepMs
      const again = await people.sendAs(token, '/api/auth/totp', { code: shown(secret) }, 'DELETE')
      assert.equal(await codeOf(again), 'auth_no_authenticator')
    })

    test('a device that is remembered is asked for no second factor for thirty days', async () => {
      const { secret } = await enrol(await people.arrive('device@example.com'))
      const proof = { code: shown(secret), rememberDevice: true }
      const { device } = await json(await finish(await challengeOf('device@example.com'), proof))
      const status = async () =>
        (await json(await people.signIn('device@example.com', goodPassword, { transport: 'token', device }))).status
      assert.equal(await status(), 'signed-in')
      assert.ok(await challengeOf('device@example.com'), 'another device is asked')
      nowMs += 30 * dayMs - minuteMs
      assert.equal(await status(), 'signed-in')
      nowMs += 2 * minuteMs
      assert.equal(await status(), 'second-factor-required')
    })

    test('an account that has to have a factor can do nothing but set one up, under a new token then', async () => {
      const plain = await people.arrive('staff@example.com')
      const id = await accountOf(plain)
      await people.app.system['auth-accounts']!.update(id, { roles: ['staff'] })
      const signedIn = await json(await people.signIn('staff@example.com'))
      assert.equal(signedIn.status, 'second-factor-enrolment-required')
      const { token } = signedIn
      assert.equal((await people.get(`/api/customers/${id}`, token)).status, 403)
      const change = { current: goodPassword, password: 'seven quiet lanterns burning' }
      const refused: [string, object, string][] = [
        ['/api/auth/password', change, 'POST'],
        ['/api/auth/email', { email: 'else@example.com' }, 'POST'],
        ['/api/auth/account', {}, 'DELETE'],
        ['/api/auth/reauthenticate', { password: goodPassword }, 'POST'],
        ['/api/auth/recovery-codes', {}, 'POST'],
      ]
      for (const [path, body, method] of refused)
        assert.equal(await codeOf(await people.sendAs(token, path, body, method)), 'auth_enrolment_required', path)
      const second = (await json(await people.signIn('staff@example.com'))).token
      const { token: full, secret } = await enrol(token)
      assert.deepEqual([await people.isSignedIn(token), await people.isSignedIn(second)], [false, false])
      assert.equal((await people.who(full)).stage, 'full')
      assert.equal((await people.get(`/api/customers/${id}`, full)).status, 200)
      const removed = await people.sendAs(full, '/api/auth/totp', { code: shown(secret) }, 'DELETE')
      assert.equal(await codeOf(removed), 'auth_last_factor')
      nowMs += stepMs
      assert.ok(await challengeOf('staff@example.com'))
    })

    test('who has lost every factor gets them reset by an administrator: nothing that was given out is good any more', async () => {
      const { secret, token, recoveryCodes } = await enrol(await people.arrive('lost@example.com'))
      const id = await accountOf(token)
      const proof = { code: shown(secret), rememberDevice: true }
      const { device } = await json(await finish(await challengeOf('lost@example.com'), proof))
      nowMs += stepMs
      const begun = await challengeOf('lost@example.com')
      const { accounts } = people.app.open.features.find(({ accounts }) => accounts !== undefined)!
      assert.deepEqual((await accounts!.resetMfa('lost@example.com')).factors, [])
      assert.equal(await people.isSignedIn(token), false)
      for (const answer of [
        await finish(begun, { code: shown(secret) }),
        await finish(begun, { recoveryCode: recoveryCodes[0] }),
      ])
        assert.equal(await codeOf(answer), 'auth_secret_invalid')
      const mails = (await mailsTo(people.app, 'lost@example.com')).map(({ text }) => text)
      assert.ok(mails.some((text) => /An administrator removed every second factor/.test(text)))
      assert.equal(await people.app.system['auth-events']!.count({ event: 'mfa-reset', account: id }), 1)
      const plain = await json(await people.signIn('lost@example.com'))
      assert.equal(plain.status, 'signed-in')
      await enrol(plain.token)
      const again = await people.signIn('lost@example.com', goodPassword, { transport: 'token', device })
      assert.equal((await json(again)).status, 'second-factor-required', 'the device is not remembered any more')
      const later = await challengeOf('lost@example.com')
      assert.equal(await codeOf(await finish(later, { recoveryCode: recoveryCodes[0] })), 'auth_wrong_code')
    })

    test('a token for setting up a factor is good for an hour', async () => {
      const id = await accountOf(await people.arrive('slow@example.com'))
      await people.app.system['auth-accounts']!.update(id, { roles: ['staff'] })
      const { token } = await json(await people.signIn('slow@example.com'))
      nowMs += 59 * minuteMs
      assert.equal((await people.sendAs(token, '/api/auth/totp')).status, 200)
      nowMs += 2 * minuteMs
      assert.equal((await people.sendAs(token, '/api/auth/totp')).status, 401)
    })
  })
}

test('a rule that asks for a recent sign-in is satisfied by a code of the authenticator', async () => {
  let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
  const safes = collection('safes', {
    fields: { what: text() },
    rules: { read: everyone(), create: recentlyAuthenticated('10m') },
  })
  const app = defineApp({
    name: 'desk',
    collections: [customers, safes],
    roles: { staff: {} },
    features: [auth({ accounts: [{ collection: customers, register: ['name'] }] })],
  })
  const people = await startPeople(app, { clock: { nowMs: () => nowMs } })
  const first = await people.arrive('rule@example.com')
  const { secret } = (await (await people.sendAs(first, '/api/auth/totp')).json()) as { secret: string }
  const code = () => TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: nowMs })
  const token = await tokenOf(await people.sendAs(first, '/api/auth/totp/confirm', { code: code() }))
  const put = (who: string) => people.sendAs(who, '/api/safes', { what: 'pearls' })
  assert.equal((await put(token)).status, 201)
  nowMs += 11 * minuteMs
  assert.equal(await codeOf(await put(token)), 'operation_reauthentication_required')
  const renewed = await tokenOf(await people.sendAs(token, '/api/auth/reauthenticate', { code: code() }))
  assert.equal((await put(renewed)).status, 201)
  await people.app.close()
})
