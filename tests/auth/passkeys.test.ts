import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Secret, TOTP } from 'otpauth'
import { databases } from '../databases.ts'
import { mailsTo } from './mails.ts'
import { appWithCustomers, codeOf, type People, startPeople, tokenOf } from './people.ts'
import { type Conduct, SoftwareAuthenticator } from './software-authenticator.ts'

const minuteMs = 60_000

for (const { name, url } of databases) {
  describe(`passkeys on ${name}`, () => {
    let people: People
    let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
    before(async () => {
      const app = appWithCustomers({ passkeys: {} }, { requireMfa: ['staff'] })
      people = await startPeople(app, { database: await url(), clock: { nowMs: () => nowMs } })
    })
    after(() => people.app.close())

    const json = async (answer: Response) => (await answer.json()) as any // any: JSON
    const optionsFor = async (token: string) => {
      const answer = await people.sendAs(token, '/api/auth/passkeys/options')
      assert.equal(answer.status, 200, await answer.clone().text())
      return (await json(answer)).options
    }
    const register = async (token: string, device: SoftwareAuthenticator, name = 'Phone') => {
      const passkey = device.create(await optionsFor(token))
      const answer = await people.sendAs(token, '/api/auth/passkeys', { passkey, name })
      assert.equal(answer.status, 200, await answer.clone().text())
      return json(answer)
    }
    /** Somebody who has an account and a passkey. */
    const arrive = async (address: string, device = new SoftwareAuthenticator()) => {
      const { token, passkey, recoveryCodes } = await register(await people.arrive(address), device)
      return { device, token: token as string, passkey: passkey as string, recoveryCodes: recoveryCodes as string[] }
    }
    const beginSignIn = async () =>
      json(await people.send('/api/auth/passkeys/sign-in/options', { transport: 'token' }))
    const signInWith = async (device: SoftwareAuthenticator, conduct: Conduct = {}) => {
      const { options, ticket } = await beginSignIn()
      const passkey = device.get(options, conduct)
      return people.send('/api/auth/passkeys/sign-in', { passkey, ticket, transport: 'token' })
    }
    const challengeOf = async (address: string) => (await json(await people.signIn(address))).challenge as string
    const proofFor = async (challenge: string, device: SoftwareAuthenticator, conduct: Conduct = {}) => {
      const answer = await people.send('/api/auth/second-factor/passkey', { challenge })
      assert.equal(answer.status, 200, await answer.clone().text())
      return device.get((await json(answer)).options, conduct)
    }
    const finish = (challenge: string, proof: object) => people.send('/api/auth/second-factor', { challenge, ...proof })
    const stored = async (id: string) => (await people.app.system['auth-passkeys']!.get(id)) as any // any: a record
    const audited = (event: string, account: string) =>
      people.app.system['auth-events']!.count({ event, account, isSuccess: false })

    test('somebody registers a passkey and signs in by it, without an e-mail address or anything else', async () => {
      const { device, token, passkey, recoveryCodes } = await arrive('key@example.com')
      assert.equal(recoveryCodes.length, 10)
      const who = await people.who(token)
      assert.deepEqual(who.factors, ['passkey'])
      assert.match((await mailsTo(people.app, 'key@example.com'))[0]!.text, /passkey was added/)
      const answer = await signInWith(device)
      assert.equal(answer.status, 200, await answer.clone().text())
      const signedIn = await people.who(await tokenOf(answer))
      assert.deepEqual([signedIn.account.id, signedIn.session.methods], [who.account.id, ['passkey']])
      const row = await stored(passkey)
      assert.deepEqual([row.counter, row.name, row.isSyncable, row.isBackedUp], [1, 'Phone', false, false])
      const [handle = ''] = device.userHandles
      assert.match(handle, /^[\w-]{43}$/)
      assert.ok(!Buffer.from(handle, 'base64url').includes(who.account.id))
    })

    test('a browser signs in by cookie, and only with its own ticket', async () => {
      const { device } = await arrive('browser@example.com')
      const begun = await people.send('/api/auth/passkeys/sign-in/options', {})
      const { options, ticket } = await json(begun)
      assert.equal(ticket, undefined)
      const [cookie = ''] = begun.headers.getSetCookie()
      assert.match(cookie, /HttpOnly; SameSite=Lax/)
      const passkey = device.get(options)
      const elsewhere = await people.send('/api/auth/passkeys/sign-in', { passkey })
      assert.equal(await codeOf(elsewhere), 'auth_secret_invalid')
      const foreign = { cookie: cookie.split(';')[0]!, origin: 'https://evil.example' }
      assert.equal(
        await codeOf(await people.send('/api/auth/passkeys/sign-in', { passkey }, foreign)),
        'auth_cross_site',
      )
      const own = await people.send('/api/auth/passkeys/sign-in', { passkey }, { cookie: cookie.split(';')[0]! })
      assert.equal(own.status, 200, await own.clone().text())
      assert.ok(own.headers.getSetCookie().some((each) => /session=gls_/.test(each)))
    })

    test('an answer that was made for another site, by another user, or without the owner, signs nobody in', async () => {
      const { device, token } = await arrive('wrong@example.com')
      const { account } = await people.who(token)
      const conducts: [string, Conduct][] = [
        ['another origin', { origin: 'https://evil.example' }],
        ['an origin that begins alike', { origin: 'http://localhost.evil.example' }],
        ['another relying party', { rpId: 'evil.example' }],
        ['a frame of another site', { crossOrigin: true }],
        ['nobody verified', { isVerified: false }],
        ['another user', { userHandle: 'c29tZWJvZHkgZWxzZQ' }],
        ['no user', { userHandle: null }],
      ]
      for (const [what, conduct] of conducts)
        assert.equal(await codeOf(await signInWith(device, conduct)), 'auth_passkey_refused', what)
      assert.equal((await people.app.system['auth-sessions']!.count({ account: account.id })) as number, 1)
      assert.equal((await signInWith(device)).status, 200)
    })

    test('a passkey that is not known here, and one whose signature is not right, are told alike', async () => {
      const { device } = await arrive('forged@example.com')
      const stranger = new SoftwareAuthenticator()
      stranger.create({ challenge: 'x', rp: { id: 'localhost' }, user: { id: device.userHandles[0]! } })
      const plain = async (answer: Response) => ({ ...(await json(answer)), requestId: '' })
      const unknown = await signInWith(stranger)
      const { options, ticket } = await beginSignIn()
      const passkey = device.get(options) as { response: { signature: string } }
      const signature = Buffer.from(passkey.response.signature, 'base64url')
      signature[signature.length - 1]! ^= 1
      passkey.response.signature = signature.toString('base64url')
      const forged = await people.send('/api/auth/passkeys/sign-in', { passkey, ticket, transport: 'token' })
      assert.equal(unknown.status, 403)
      assert.deepEqual(await plain(forged), await plain(unknown))
    })

    test('what is no answer of an authenticator is refused, and does no harm', async () => {
      const { ticket } = await beginSignIn()
      const data = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const texts = { authenticatorData: 'AA', signature: 'AA' }
      for (const passkey of [
        {},
        [],
        'x',
        { id: 'x' },
        { id: 'x', response: null },
        { id: 'x', response: { ...texts, clientDataJSON: '%' } },
        { id: 'x', response: { ...texts, clientDataJSON: data(null) } },
        { id: 'x', response: { ...texts, clientDataJSON: data({ challenge: 1, origin: 'x' }) } },
        { id: 'x'.repeat(30_000), response: { ...texts, clientDataJSON: data({}) } },
      ]) {
        const answer = await people.send('/api/auth/passkeys/sign-in', { passkey, ticket, transport: 'token' })
        assert.equal(await codeOf(answer), 'auth_passkey_refused', JSON.stringify(passkey).slice(0, 80))
      }
    })

    test('an answer is good once, also for a hundred at the same time, and for five minutes', async () => {
      const { device } = await arrive('replay@example.com', new SoftwareAuthenticator({ counts: false }))
      const { options, ticket } = await beginSignIn()
      const passkey = device.get(options)
      const send = () => people.send('/api/auth/passkeys/sign-in', { passkey, ticket, transport: 'token' })
      const answers = await Promise.all(Array.from({ length: 100 }, send))
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
      assert.equal(answers.filter(({ status }) => status === 400).length, 99)
      const late = await beginSignIn()
      nowMs += 5 * minuteMs
      const answer = await people.send('/api/auth/passkeys/sign-in', {
        passkey: device.get(late.options),
        ticket: late.ticket,
        transport: 'token',
      })
      assert.equal(await codeOf(answer), 'auth_secret_invalid')
      nowMs += 20 * minuteMs
    })

    test('a passkey that counts backwards may be a copy: it is refused and audited', async () => {
      const { device, token } = await arrive('copy@example.com')
      const { account } = await people.who(token)
      assert.equal((await signInWith(device, { counter: 7 })).status, 200)
      for (const counter of [7, 3, 0])
        assert.equal(await codeOf(await signInWith(device, { counter })), 'auth_passkey_copied')
      assert.equal(await audited('sign-in', account.id), 3)
      assert.equal((await signInWith(device, { counter: 8 })).status, 200)
    })

    test('whether a passkey is backed up is kept as it was seen last', async () => {
      const { passkey } = await arrive(
        'synced@example.com',
        new SoftwareAuthenticator({ isSynced: true, counts: false }),
      )
      const row = await stored(passkey)
      assert.deepEqual([row.isSyncable, row.isBackedUp], [true, true])
    })

    test('a passkey is the second factor after the password', async () => {
      const { device, token } = await arrive('second@example.com')
      const { account } = await people.who(token)
      const challenge = await challengeOf('second@example.com')
      const passkey = await proofFor(challenge, device, { isVerified: false })
      const answer = await finish(challenge, { passkey })
      assert.equal(answer.status, 200, await answer.clone().text())
      assert.deepEqual((await people.who(await tokenOf(answer))).session.methods, ['password', 'passkey'])
      const next = await challengeOf('second@example.com')
      assert.equal(await codeOf(await finish(next, { passkey })), 'auth_secret_invalid')
      assert.equal(await audited('second-factor', account.id), 1)
    })

    test('the passkey of another account is no second factor', async () => {
      const [one, two] = [await arrive('one@example.com'), await arrive('two@example.com')]
      const challenge = await challengeOf('one@example.com')
      const { options } = await json(await people.send('/api/auth/second-factor/passkey', { challenge }))
      const passkey = two.device.get({ ...options, allowCredentials: undefined })
      assert.equal(await codeOf(await finish(challenge, { passkey })), 'auth_passkey_refused')
      const other = await challengeOf('two@example.com')
      const theirs = await proofFor(other, two.device)
      assert.equal(await codeOf(await finish(challenge, { passkey: theirs })), 'auth_secret_invalid')
      assert.equal((await finish(challenge, { passkey: await proofFor(challenge, one.device) })).status, 200)
    })

    test('a challenge that was made for one thing is good for no other', async () => {
      const { device, token } = await arrive('cross@example.com')
      const challenge = await challengeOf('cross@example.com')
      const { options: forRegistration } = { options: await optionsFor(token) }
      const { options: forSession } = await json(await people.sendAs(token, '/api/auth/passkeys/proof/options'))
      const { options: forSecond } = await json(await people.send('/api/auth/second-factor/passkey', { challenge }))
      const { options: forSignIn, ticket } = await beginSignIn()
      const offered = { forRegistration, forSession, forSecond, forSignIn }
      const doors: Record<string, (challenge: string) => Promise<Response>> = {
        forRegistration: (of) =>
          people.sendAs(token, '/api/auth/passkeys', {
            passkey: new SoftwareAuthenticator().create({ ...forRegistration, challenge: of }),
          }),
        forSession: (of) =>
          people.sendAs(token, '/api/auth/reauthenticate', {
            passkey: device.get({ rpId: 'localhost', challenge: of }),
          }),
        forSecond: (of) => finish(challenge, { passkey: device.get({ rpId: 'localhost', challenge: of }) }),
        forSignIn: (of) =>
          people.send('/api/auth/passkeys/sign-in', {
            passkey: device.get({ rpId: 'localhost', challenge: of }),
            ticket,
            transport: 'token',
          }),
      }
      for (const [door, knock] of Object.entries(doors))
        for (const [made, { challenge: of }] of Object.entries(offered)) {
          if (made === door) continue
          assert.equal(await codeOf(await knock(of)), 'auth_secret_invalid', `${made} at ${door}`)
          nowMs += 8_000 // later than the delay of a guess, in time for the challenges
        }
    })

    test('a challenge belongs to the session that asked for it', async () => {
      const { device, token } = await arrive('bound@example.com')
      const other = await tokenOf(await signInWith(device))
      const { options } = await json(await people.sendAs(token, '/api/auth/passkeys/proof/options'))
      const answer = await people.sendAs(other, '/api/auth/reauthenticate', { passkey: device.get(options) })
      assert.equal(await codeOf(answer), 'auth_secret_invalid')
      const creation = await optionsFor(token)
      const made = new SoftwareAuthenticator().create(creation)
      assert.equal(
        await codeOf(await people.sendAs(other, '/api/auth/passkeys', { passkey: made })),
        'auth_secret_invalid',
      )
    })

    test('a passkey proves again who one is, before something that matters', async () => {
      const { device, token, passkey } = await arrive('again@example.com')
      nowMs += 11 * minuteMs
      const late = await people.sendAs(token, `/api/auth/passkeys/${passkey}`, {}, 'DELETE')
      assert.equal(await codeOf(late), 'auth_reauthentication_required')
      const { options } = await json(await people.sendAs(token, '/api/auth/passkeys/proof/options'))
      const answer = await people.sendAs(token, '/api/auth/reauthenticate', { passkey: device.get(options) })
      assert.equal(answer.status, 200, await answer.clone().text())
      const renewed = await tokenOf(answer)
      assert.equal(await people.isSignedIn(token), false)
      assert.equal((await people.sendAs(renewed, `/api/auth/passkeys/${passkey}`, {}, 'DELETE')).status, 204)
    })

    test('passkeys are listed, named and deleted, each account its own, and none is registered from another site', async () => {
      const { device, token, passkey } = await arrive('list@example.com')
      const stranger = await arrive('stranger@example.com')
      const listOf = async (who: string) => (await json(await people.get('/api/auth/passkeys', who))).data
      const shown = await listOf(token)
      assert.deepEqual(
        shown.map((each: any) => [each.id, each.name]), // any: JSON
        [[passkey, 'Phone']],
      )
      assert.ok(!/publicKey|credentialId|userHandle|counter/.test(JSON.stringify(shown)))
      const rename = (who: string) =>
        people.sendAs(who, `/api/auth/passkeys/${passkey}`, { name: 'Old phone' }, 'PATCH')
      assert.equal(await codeOf(await rename(stranger.token)), 'auth_passkey_unknown')
      assert.equal((await json(await rename(token))).name, 'Old phone')
      for (const conduct of [{ origin: 'https://evil.example' }, { rpId: 'evil.example' }]) {
        const made = new SoftwareAuthenticator().create(await optionsFor(token), conduct)
        assert.equal(
          await codeOf(await people.sendAs(token, '/api/auth/passkeys', { passkey: made })),
          'auth_passkey_refused',
        )
      }
      const second = await register(token, new SoftwareAuthenticator(), 'Laptop')
      assert.equal(second.recoveryCodes, undefined)
      assert.equal(
        new Set(
          (await people.app.system['auth-passkeys']!.find({ where: { account: second.account.id } })).data.map(
            (each: any) => each.userHandle,
          ),
        ).size,
        1,
      ) // any: a record
      const remove = (who: string, id: string) => people.sendAs(who, `/api/auth/passkeys/${id}`, {}, 'DELETE')
      assert.equal(await codeOf(await remove(stranger.token, passkey)), 'auth_passkey_unknown')
      assert.equal((await remove(second.token, passkey)).status, 204)
      assert.deepEqual((await people.who(second.token)).factors, ['passkey'])
      assert.match((await mailsTo(people.app, 'list@example.com'))[0]!.text, /passkey was removed/)
      assert.equal(await codeOf(await signInWith(device)), 'auth_passkey_refused')
      assert.equal((await remove(second.token, second.passkey)).status, 204)
      assert.deepEqual((await people.who(second.token)).factors, [])
    })

    test('an account has twenty passkeys at the most', async () => {
      let { token } = await arrive('twenty@example.com')
      for (let count = 2; count <= 20; count += 1) token = (await register(token, new SoftwareAuthenticator())).token
      const passkey = new SoftwareAuthenticator().create(await optionsFor(token))
      assert.equal(
        await codeOf(await people.sendAs(token, '/api/auth/passkeys', { passkey })),
        'auth_too_many_passkeys',
      )
    })

    test('a passkey belongs to one account, and is registered once', async () => {
      const device = new SoftwareAuthenticator()
      const one = await people.arrive('first@example.com')
      const made = device.create(await optionsFor(one)) as { id: string }
      const both = await Promise.all([1, 2].map(() => people.sendAs(one, '/api/auth/passkeys', { passkey: made })))
      assert.equal(both.filter(({ status }) => status === 200).length, 1)
      const two = await people.arrive('later@example.com')
      const options = await optionsFor(two)
      const again = device.create(options, { id: made.id })
      assert.equal(
        await codeOf(await people.sendAs(two, '/api/auth/passkeys', { passkey: again })),
        'auth_passkey_registered',
      )
    })

    test('the last way in stays: an account without a password keeps its last passkey', async () => {
      const { token, passkey } = await arrive('only@example.com')
      const { account } = await people.who(token)
      await people.app.system['auth-accounts']!.update(account.id, { passwordHash: null })
      const answer = await people.sendAs(token, `/api/auth/passkeys/${passkey}`, {}, 'DELETE')
      assert.equal(await codeOf(answer), 'auth_last_way_in')
      assert.equal((await stored(passkey)).id, passkey)
      assert.deepEqual((await people.who(token)).factors, ['passkey'])
    })

    test('an account that is signed in to by mail may do without its last passkey', async () => {
      const byMail = appWithCustomers({ passkeys: {}, passwordless: { magicLink: true } })
      const others = await startPeople(byMail, { database: await url(), clock: { nowMs: () => nowMs } })
      const token = await others.arrive('mail@example.com')
      const { options } = await json(await others.sendAs(token, '/api/auth/passkeys/options'))
      const made = await others.sendAs(token, '/api/auth/passkeys', {
        passkey: new SoftwareAuthenticator().create(options),
      })
      const { passkey, token: renewed, account } = await json(made)
      await others.app.system['auth-accounts']!.update(account.id, { passwordHash: null })
      assert.equal((await others.sendAs(renewed, `/api/auth/passkeys/${passkey}`, {}, 'DELETE')).status, 204)
      await others.app.close()
    })

    test('an account that has to have a factor sets up a passkey, and keeps one factor', async () => {
      const plain = await people.arrive('mfa@example.com')
      const { account } = await people.who(plain)
      await people.app.system['auth-accounts']!.update(account.id, { roles: ['staff'] })
      const { token } = await json(await people.signIn('mfa@example.com'))
      const device = new SoftwareAuthenticator()
      const done = await register(token, device)
      assert.deepEqual([done.status, (await people.who(done.token)).stage], ['signed-in', 'full'])
      assert.equal(await people.isSignedIn(token), false)
      const remove = (who: string) => people.sendAs(who, `/api/auth/passkeys/${done.passkey}`, {}, 'DELETE')
      assert.equal(await codeOf(await remove(done.token)), 'auth_last_factor')
      const { secret } = await json(await people.sendAs(done.token, '/api/auth/totp'))
      const code = TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: nowMs })
      const both = await json(await people.sendAs(done.token, '/api/auth/totp/confirm', { code }))
      assert.equal(both.recoveryCodes, undefined)
      assert.equal((await remove(both.token)).status, 204)
      assert.deepEqual((await people.who(both.token)).factors, ['totp'])
    })

    test('a passkey removes an authenticator', async () => {
      const { device, token } = await arrive('swap@example.com')
      const { secret } = await json(await people.sendAs(token, '/api/auth/totp'))
      const code = TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: nowMs })
      const both = await json(await people.sendAs(token, '/api/auth/totp/confirm', { code }))
      const { options } = await json(await people.sendAs(both.token, '/api/auth/passkeys/proof/options'))
      const removed = await people.sendAs(both.token, '/api/auth/totp', { passkey: device.get(options) }, 'DELETE')
      assert.equal(removed.status, 204, await removed.clone().text())
      assert.deepEqual((await people.who(both.token)).factors, ['passkey'])
    })

    test('a passkey is gone when an administrator resets the factors of an account', async () => {
      const { device, passkey } = await arrive('resetkey@example.com')
      const { accounts } = people.app.open.features.find(({ accounts }) => accounts !== undefined)!
      await accounts!.resetMfa('resetkey@example.com')
      assert.equal(await people.app.system['auth-passkeys']!.findOne(passkey), undefined)
      assert.equal(await codeOf(await signInWith(device)), 'auth_passkey_refused')
      assert.equal((await json(await people.signIn('resetkey@example.com'))).status, 'signed-in')
    })

    test('a disabled account does not sign in by its passkey', async () => {
      const { device, token } = await arrive('disabled@example.com')
      const { account } = await people.who(token)
      await people.app.system['auth-accounts']!.update(account.id, { disabledAt: new Date(nowMs).toISOString() })
      assert.equal(await codeOf(await signInWith(device)), 'auth_account_disabled')
    })
  })
}

describe('passkeys of a site', () => {
  const at = (surroundings: object, options: object | undefined) =>
    startPeople(appWithCustomers(options === undefined ? {} : { passkeys: options }), { surroundings })

  test('belong to the host of the configured address, whatever a request says', async () => {
    const people = await at(
      { baseUrl: 'https://shop.example', isDevelopment: false },
      { origins: ['android:apk-key-hash:x'] },
    )
    const options = async () =>
      (await (
        await people.send('/api/auth/passkeys/sign-in/options', { transport: 'token' }, { host: 'evil.example' })
      ).json()) as any // any: JSON
    assert.equal((await options()).options.rpId, 'shop.example')
    await people.app.close()
  })

  test('are refused where no address is configured, and are not there where they are off', async () => {
    const bare = await at({ baseUrl: undefined, isDevelopment: false }, {})
    const answer = await bare.send('/api/auth/passkeys/sign-in/options', { transport: 'token' })
    assert.equal(await codeOf(answer), 'auth_passkeys_need_base_url')
    await bare.app.close()
    const off = await at({}, undefined)
    assert.equal((await off.send('/api/auth/passkeys/sign-in/options', {})).status, 404)
    await off.app.close()
  })
})
