import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../databases.ts'
import { mailsTo, tokenIn } from './mails.ts'
import { appWithCustomers, codeOf, goodPassword, type People, startPeople, tokenOf } from './people.ts'

const newPassword = 'quiet lanterns over seven bridges'
const minuteMs = 60_000

for (const { name, url } of databases) {
  describe(`what people do with their accounts on ${name}`, () => {
    let people: People
    let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
    before(async () => {
      people = await startPeople(appWithCustomers(), { database: await url(), clock: { nowMs: () => nowMs } })
    })
    after(() => people.app.close())

    test('a new password needs the old one, ends every other session, and is told by mail', async () => {
      const [one, two] = [
        await people.arrive('change@example.com'),
        await tokenOf(await people.signIn('change@example.com')),
      ]
      const wrong = await people.sendAs(one, '/api/auth/password', { current: 'not it', password: newPassword })
      assert.equal(await codeOf(wrong), 'auth_wrong_password')
      const weak = await people.sendAs(one, '/api/auth/password', { current: goodPassword, password: 'password1234' })
      assert.equal(weak.status, 400)
      const done = await people.sendAs(one, '/api/auth/password', { current: goodPassword, password: newPassword })
      assert.equal(done.status, 200, await done.clone().text())
      const renewed = await tokenOf(done)
      assert.deepEqual(
        [await people.isSignedIn(one), await people.isSignedIn(two), await people.isSignedIn(renewed)],
        [false, false, true],
      )
      assert.equal((await people.signIn('change@example.com')).status, 401)
      assert.equal((await people.signIn('change@example.com', newPassword)).status, 200)
      const subjects = (await mailsTo(people.app, 'change@example.com')).map(({ subject }) => subject)
      assert.ok(subjects.includes('Your password for desk was changed'), subjects.join())
    })

    test('a forgotten password is set anew by a link, once, and every session ends', async () => {
      const token = await people.arrive('forgot@example.com')
      const asked = await people.send('/api/auth/password/reset', { email: 'forgot@example.com' })
      const unknown = await people.send('/api/auth/password/reset', { email: 'nobody@example.com' })
      assert.deepEqual([asked.status, await asked.text()], [unknown.status, await unknown.text()])
      const link = await tokenIn(people.app, 'forgot@example.com', 'reset-password')
      assert.deepEqual(await mailsTo(people.app, 'nobody@example.com'), [])
      const confirm = (password: string, secret = link) =>
        people.send('/api/auth/password/reset/confirm', { token: secret, password })
      assert.equal((await confirm('short')).status, 400)
      const answers = await Promise.all([1, 2, 3].map(() => confirm(newPassword)))
      assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 400, 400])
      assert.equal(await people.isSignedIn(token), false)
      assert.equal((await people.signIn('forgot@example.com', newPassword)).status, 200)
    })

    test('only the newest link is good, and none after its time', async () => {
      await people.arrive('late@example.com')
      const ask = () => people.send('/api/auth/password/reset', { email: 'late@example.com' })
      await ask()
      const first = await tokenIn(people.app, 'late@example.com', 'reset-password')
      nowMs += 1_000
      await ask()
      const second = await tokenIn(people.app, 'late@example.com', 'reset-password')
      assert.notEqual(first, second)
      const confirm = (token: string) =>
        people.send('/api/auth/password/reset/confirm', { token, password: newPassword })
      assert.equal(await codeOf(await confirm(first)), 'auth_secret_invalid')
      nowMs += 60 * minuteMs
      assert.equal(await codeOf(await confirm(second)), 'auth_secret_invalid')
      assert.equal((await people.signIn('late@example.com')).status, 200)
    })

    test('an address changes when the new one confirms it, and the old one hears of it', async () => {
      const token = await people.arrive('old@example.com')
      nowMs += 11 * minuteMs
      const late = await people.sendAs(token, '/api/auth/email', { email: 'new@example.com' })
      assert.equal(await codeOf(late), 'auth_reauthentication_required')
      const again = await tokenOf(await people.sendAs(token, '/api/auth/reauthenticate', { password: goodPassword }))
      assert.equal(await people.isSignedIn(token), false)
      assert.equal((await people.sendAs(again, '/api/auth/email', { email: 'new@example.com' })).status, 202)
      assert.equal((await people.who(again)).account.email, 'old@example.com')
      const link = await tokenIn(people.app, 'new@example.com', 'change-email')
      assert.equal((await people.send('/api/auth/email/confirm', { token: link })).status, 204)
      const { account } = await people.who(again)
      assert.deepEqual([account.email, account.isEmailVerified], ['new@example.com', true])
      assert.match((await mailsTo(people.app, 'old@example.com'))[0]!.text, /n…@example\.com/)
      assert.equal((await people.signIn('old@example.com')).status, 401)
      assert.equal((await people.signIn('new@example.com')).status, 200)
    })

    test('nobody learns by changing their own address whether another is taken', async () => {
      await people.arrive('taken@example.com')
      const token = await people.arrive('asks@example.com')
      const taken = await people.sendAs(token, '/api/auth/email', { email: 'Taken@example.com' })
      const free = await people.sendAs(token, '/api/auth/email', { email: 'free@example.com' })
      assert.deepEqual([taken.status, await taken.text()], [free.status, await free.text()])
      await assert.rejects(tokenIn(people.app, 'taken@example.com', 'change-email'))
    })

    test('an account deletes itself, with all that belongs to it', async () => {
      const token = await people.arrive('leaves@example.com')
      const { account } = await people.who(token)
      const answer = await people.sendAs(token, '/api/auth/account', {}, 'DELETE')
      assert.equal(answer.status, 204, await answer.clone().text())
      assert.equal(await people.isSignedIn(token), false)
      assert.equal(await people.app.system.customers!.findOne(account.id), undefined)
      for (const collection of ['auth-accounts', 'auth-sessions', 'auth-secrets', 'auth-devices'])
        assert.equal(
          await people.app.system[collection]!.count(
            collection === 'auth-accounts' ? { id: account.id } : { account: account.id },
          ),
          0,
          collection,
        )
    })

    test('sessions end when nobody uses them, and at the latest after their time', async () => {
      const token = await people.arrive('idle@example.com')
      /** The last use is stored beside the request. */
      const usedNow = async () => {
        const lastUsedAt = new Date(nowMs).toISOString()
        while ((await people.app.system['auth-sessions']!.count({ lastUsedAt })) === 0)
          await new Promise((done) => setTimeout(done, 5))
      }
      for (let week = 1; week <= 13; week += 1) {
        nowMs += 7 * 24 * 60 * minuteMs
        const isGood = await people.isSignedIn(token)
        if (isGood) await usedNow()
        await people.app.open.tidy()
        assert.equal(isGood, week < 13, `week ${week}`)
      }
      const other = await people.arrive('idle2@example.com')
      nowMs += 15 * 24 * 60 * minuteMs
      assert.equal(await people.isSignedIn(other), false)
    })

    test('a disabled account cannot do anything any more, from the next request on', async () => {
      const token = await people.arrive('off@example.com')
      const { account } = await people.who(token)
      await people.app.system['auth-accounts']!.update(account.id, { disabledAt: new Date(nowMs).toISOString() })
      assert.equal(await people.isSignedIn(token), false)
      assert.equal(await codeOf(await people.signIn('off@example.com')), 'auth_account_disabled')
    })

    test('a role counts from the next request on', async () => {
      const token = await people.arrive('rises@example.com')
      const { account } = await people.who(token)
      const canList = async () => ((await (await people.get('/api/customers', token)).json()) as any).data.length > 1 // any: JSON
      assert.equal(await canList(), false)
      await people.app.system['auth-accounts']!.update(account.id, { roles: ['admin'] })
      assert.equal(await canList(), true)
      assert.deepEqual((await people.who(token)).roles, ['admin', 'staff'])
      await people.app.system['auth-accounts']!.update(account.id, { roles: [] })
      assert.equal(await canList(), false)
    })

    test('many wrong guesses lock unknown devices for a while, not the one that is known, and the owner can open it', async () => {
      await people.register('lock@example.com')
      await people.verify('lock@example.com')
      const first = (await (await people.signIn('lock@example.com')).json()) as { device: string }
      const codes: string[] = []
      for (let turn = 0; turn < 11; turn += 1) {
        codes.push(await codeOf(await people.signIn('lock@example.com', 'wrong')))
        nowMs += 65_000 // more than any delay; all of them within a quarter of an hour
      }
      const wrong = Array(10).fill('auth_wrong_credentials')
      assert.deepEqual(codes, [...wrong, 'auth_too_many_attempts'])
      assert.equal(await codeOf(await people.signIn('lock@example.com')), 'auth_too_many_attempts')
      const known = await people.signIn('lock@example.com', goodPassword, { transport: 'token', device: first.device })
      assert.equal(known.status, 200)
      const token = await tokenIn(people.app, 'lock@example.com', 'unlock')
      assert.equal((await people.send('/api/auth/unlock', { token })).status, 204)
      assert.equal((await people.signIn('lock@example.com')).status, 200)
    })

    test('accounts that do not exist are locked alike', async () => {
      const codes: string[] = []
      for (let turn = 0; turn < 5; turn += 1)
        codes.push(await codeOf(await people.signIn('ghost@example.com', 'wrong')))
      assert.deepEqual(codes, [...Array(4).fill('auth_wrong_credentials'), 'auth_too_many_attempts'])
    })

    test('of many who register an address at once one has it, and all are answered alike', async () => {
      const register = () =>
        people.send('/api/auth/register', { email: 'race@example.com', password: goodPassword, profile: { name: 'R' } })
      const answers = await Promise.all(Array.from({ length: 10 }, register))
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]))
      assert.equal(await people.app.system.customers!.count({ email: 'race@example.com' }), 1)
    })

    test('an address that differs in case only is another account’s', async () => {
      await people.arrive('case@example.com')
      const create = people.app.system.customers!.create({ name: 'C', email: 'CASE@example.com' })
      await assert.rejects(create, { code: 'auth_email_taken' })
    })

    test('right passwords do not use up what an address may guess', async () => {
      await people.arrive('office@example.com')
      nowMs += 20 * minuteMs
      for (let turn = 0; turn < 110; turn += 1) assert.equal((await people.signIn('office@example.com')).status, 200)
      const devices = await people.app.system['auth-devices']!.count({})
      assert.ok(devices <= 80, `${devices} devices are kept`)
      const told = (await mailsTo(people.app, 'office@example.com')).filter(({ subject }) => /new device/.test(subject))
      assert.ok(told.length >= 1 && told.length <= 5, `${told.length} mails`)
    })

    test('a hundred guesses at once are counted as a hundred', async () => {
      await people.arrive('flood@example.com')
      const answers = await Promise.all(Array.from({ length: 100 }, () => people.signIn('flood@example.com', 'wrong')))
      const wrong = answers.filter(({ status }) => status === 401).length
      assert.ok(wrong <= 4, `${wrong} were looked at`)
      const limited = answers.filter(({ status }) => status === 429)
      assert.ok(limited.length >= 90)
      assert.ok(Number(limited[0]!.headers.get('retry-after')) >= 1)
    })
  })
}
