import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { defineApp } from 'galley'
import { type AuthOptions, apple, auth, oidc } from 'galley/auth'
import { Secret, TOTP } from 'otpauth'
import { databases } from '../databases.ts'
import { type ProviderAccount, startOpenIdProvider, type TestOpenIdProvider } from '../openid-provider.ts'
import { mailsTo, tokenIn } from './mails.ts'
import { bearer, codeOf, customers, type People, goodPassword as password, startPeople } from './people.ts'

const baseUrl = 'http://127.0.0.1:3000'

interface Started {
  readonly url: string
  readonly handle: string
  /** What the browser sends along from now on. */
  readonly cookie: string
}

interface Landed {
  /** Where the browser was sent. */
  readonly place: URL
  readonly error: string | null
  /** Of the session; undefined when nobody is signed in. */
  readonly cookie: string | undefined
  readonly answer: Response
}

for (const { name, url } of databases) {
  describe(`signing in with an account elsewhere on ${name}`, () => {
    let provider: TestOpenIdProvider
    let people: People
    let lax: People
    let closed: People

    const appWith = (options: Partial<AuthOptions>, accounts: object) => {
      const { issuer, clientId, clientSecret } = provider
      return defineApp({
        name: 'desk',
        collections: [customers],
        roles: { staff: {}, admin: { includes: ['staff'] } },
        settings: { outgoing: { allow: [provider.address] } },
        features: [
          auth({
            accounts: [{ collection: customers, register: ['name'], ...accounts }],
            pages: 'https://pages.shop.example/account',
            social: {
              providers: [
                oidc({ name: 'test', label: 'Test', issuer, clientId, clientSecret }),
                oidc({ name: 'unset', issuer: provider.issuer, clientId: undefined, clientSecret: undefined }),
                apple({ clientId: 'shop.web', teamId: 'T', keyId: 'K', privateKey: 'P' }),
              ],
              appLinks: ['example.shop://signed-in'],
            },
            ...options,
          }),
        ],
      })
    }

    before(async () => {
      provider = await startOpenIdProvider()
      const start = async (options: Partial<AuthOptions> = {}, accounts: object = {}) =>
        startPeople(appWith(options, accounts), { database: await url(), surroundings: { baseUrl } })
      people = await start()
      lax = await start({ passwordless: { code: true } }, { requiresVerifiedEmail: false })
      closed = await start({}, { register: false })
    })
    after(() => Promise.all([people.app.close(), lax.app.close(), closed.app.close(), provider.close()]))
    afterEach(() => provider.tamper(undefined))

    const somebody = (user: string, more: Partial<ProviderAccount> = {}): ProviderAccount => ({
      sub: user,
      email: `${user}@example.com`,
      email_verified: true,
      name: 'Ada',
      ...more,
    })

    const start = async (
      body: object = {},
      headers: Record<string, string> = {},
      of: People = people,
    ): Promise<Started> => {
      const answer = await of.send('/api/auth/social/test', body, headers)
      assert.equal(answer.status, 200, await answer.clone().text())
      const cookies = answer.headers.getSetCookie().map((each) => each.split(';')[0]!)
      const { url, handle } = (await answer.json()) as { url: string; handle: string }
      return { url, handle, cookie: cookies.join('; ') }
    }

    const land = async (callback: URL, cookie: string, of: People = people): Promise<Landed> => {
      assert.equal(callback.origin, baseUrl)
      const answer = await of.app.fetch(callback.pathname + callback.search, {
        redirect: 'manual',
        headers: cookie === '' ? {} : { cookie },
      })
      assert.equal(answer.status, 303, await answer.clone().text())
      const place = new URL(answer.headers.get('location')!, baseUrl)
      const session = answer.headers.getSetCookie().find((each) => /session=gls_/.test(each))
      return { place, error: place.searchParams.get('error'), cookie: session?.split(';')[0], answer }
    }

    /** All that a browser does. */
    const signIn = async (user: ProviderAccount | undefined, body: object = {}, of: People = people) => {
      provider.signInAs(user)
      const started = await start({ returnTo: '/welcome', ...body }, {}, of)
      return land(await provider.visit(started.url), started.cookie, of)
    }

    const whoHas = async (cookie: string | undefined, of: People = people): Promise<any> => {
      // any: JSON
      assert.ok(cookie, 'somebody is signed in')
      return (await of.app.fetch('/api/auth/session', { headers: { cookie } })).json()
    }

    /** Of a session in an app, for what needs no cookie. */
    const tokenBySocial = async (user: ProviderAccount, of: People = people): Promise<string> => {
      provider.signInAs(user)
      const { url, handle } = await start({ transport: 'token' }, {}, of)
      const { place } = await land(await provider.visit(url), '', of)
      const code = place.searchParams.get('code')
      const answer = await of.send('/api/auth/social/exchange', { code, handle })
      assert.equal(answer.status, 200, await answer.clone().text())
      return ((await answer.json()) as { token: string }).token
    }

    test('the providers that are set up are listed, and no others', async () => {
      const { data } = (await (await people.get('/api/auth/social')).json()) as { data: object[] }
      assert.deepEqual(data, [
        { name: 'test', label: 'Test' },
        { name: 'apple', label: 'Apple' },
      ])
      const unset = await people.send('/api/auth/social/unset')
      assert.equal(await codeOf(unset), 'social_unknown_provider')
    })

    test('somebody new gets an account, signed in, with what the provider told', async () => {
      const { place, cookie, error } = await signIn(somebody('new'))
      assert.deepEqual([place.href, error], [`${baseUrl}/welcome`, null])
      const who = await whoHas(cookie)
      assert.equal(who.account.email, 'new@example.com')
      assert.equal(who.account.isEmailVerified, true)
      assert.deepEqual(who.session.methods, ['social'])
      const record = await people.app.system.customers!.get(who.account.id)
      assert.equal(record.name, 'Ada')
      const again = await whoHas((await signIn(somebody('new', { email: 'moved@example.com' }))).cookie)
      assert.equal(again.account.id, who.account.id)
    })

    test('the cookie that binds the sign-in to the browser is not for scripts and ends with it', async () => {
      const answer = await people.send('/api/auth/social/test', {})
      const [cookie = ''] = answer.headers.getSetCookie()
      assert.match(
        cookie,
        /^(?:__Host-)?social-[0-9a-f]{12}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax(?:; Secure)?; Max-Age=600$/,
      )
      const { answer: landed } = await signIn(somebody('cookie'))
      assert.ok(landed.headers.getSetCookie().some((each) => /social-[0-9a-f]{12}=;.*Max-Age=0/.test(each)))
      assert.match(landed.headers.get('cache-control')!, /no-store/)
    })

    test('two sign-ins in two tabs both come to their end', async () => {
      provider.signInAs(somebody('tabs'))
      const [one, two] = [await start(), await start()]
      const both = `${one.cookie}; ${two.cookie}`
      assert.equal((await land(await provider.visit(one.url), both)).error, null)
      assert.equal((await land(await provider.visit(two.url), both)).error, null)
    })

    test('another browser than the one that began is refused, and the one that began still gets in', async () => {
      provider.signInAs(somebody('browser'))
      const mine = await start({ returnTo: '/mine' })
      const other = await start({ returnTo: '/other' })
      const callback = await provider.visit(mine.url)
      for (const cookie of ['', other.cookie, mine.cookie.replace(/=.*/, `=${'x'.repeat(43)}`)]) {
        const landed = await land(callback, cookie)
        assert.equal(landed.error, 'social_state')
        assert.equal(landed.cookie, undefined)
        assert.equal(landed.place.origin + landed.place.pathname, 'https://pages.shop.example/account')
      }
      assert.equal((await land(callback, mine.cookie)).error, null)
    })

    test('coming back a second time is worth nothing', async () => {
      provider.signInAs(somebody('twice'))
      const started = await start()
      const callback = await provider.visit(started.url)
      assert.equal((await land(callback, started.cookie)).error, null)
      const again = await land(callback, started.cookie)
      assert.deepEqual([again.error, again.cookie], ['social_state', undefined])
    })

    test('a hundred browsers that come back with one state are one', async () => {
      provider.signInAs(somebody('hundred'))
      const started = await start()
      const callback = await provider.visit(started.url)
      const landed = await Promise.all(Array.from({ length: 100 }, () => land(callback, started.cookie)))
      assert.equal(landed.filter(({ cookie }) => cookie !== undefined).length, 1)
    })

    test('a code that was used already, in a fresh sign-in, is refused', async () => {
      provider.signInAs(somebody('replay'))
      const first = await start()
      const used = await provider.visit(first.url)
      await land(used, first.cookie)
      const second = await start()
      const callback = await provider.visit(second.url)
      callback.searchParams.set('code', used.searchParams.get('code')!)
      const landed = await land(callback, second.cookie)
      assert.deepEqual([landed.error, landed.cookie], ['social_code_used', undefined])
    })

    test('looking at the address of the callback (HEAD) does not use it up', async () => {
      provider.signInAs(somebody('head'))
      const started = await start()
      const { pathname, search } = await provider.visit(started.url)
      const head = await people.app.fetch(pathname + search, { method: 'HEAD', headers: { cookie: started.cookie } })
      assert.deepEqual([head.status, head.headers.getSetCookie()], [204, []])
      assert.equal((await land(new URL(pathname + search, baseUrl), started.cookie)).error, null)
    })

    for (const [what, change] of [
      ['issuer', { iss: 'https://evil.example' }],
      ['audience', { aud: 'another-shop' }],
      ['nonce', { nonce: 'another' }],
    ] as const)
      test(`a token with a wrong ${what} signs nobody in`, async () => {
        provider.tamper(({ claims }) => Object.assign(claims, change))
        const landed = await signIn(somebody(`wrong-${what}`))
        assert.deepEqual([landed.error, landed.cookie], ['social_untrusted', undefined])
        assert.equal(await people.app.system.customers!.count({ email: `wrong-${what}@example.com` }), 0)
      })

    test('whoever presses Cancel comes back with a code for it, and none of the words of the provider', async () => {
      const { place, error, cookie } = await signIn(undefined)
      assert.deepEqual([place.pathname, error, cookie], ['/welcome', 'social_cancelled', undefined])
      assert.ok(!place.href.includes('pressed'))
    })

    test('an address that the provider did not verify has to be verified here', async () => {
      const first = await signIn(somebody('unverified', { email_verified: false }))
      assert.deepEqual([first.error, first.cookie], ['auth_email_unverified', undefined])
      await people.verify('unverified@example.com')
      const second = await signIn(somebody('unverified', { email_verified: false }))
      assert.equal((await whoHas(second.cookie)).account.email, 'unverified@example.com')
    })

    test('an address that the provider did not verify opens no account of somebody else', async () => {
      await people.arrive('owner@example.com')
      const landed = await signIn(somebody('owner', { sub: 'thief', email_verified: false }))
      assert.deepEqual([landed.error, landed.cookie], ['social_email_taken', undefined])
    })

    test('without an address there is no account', async () => {
      provider.signInAs({ sub: 'no-address', name: 'N' })
      assert.equal((await signIn({ sub: 'no-address', name: 'N' })).error, 'social_email_missing')
    })

    test('where accounts are made by an administrator, nobody makes one by a provider', async () => {
      assert.equal((await signIn(somebody('closed'), {}, closed)).error, 'auth_registration_closed')
      assert.equal(await closed.app.system.customers!.count({}), 0)
    })

    test('whoever registered first with the address of somebody else gets and keeps nothing', async () => {
      // The attacker registers, and is signed in before any address is verified.
      await lax.register('victim@example.com')
      const { token: attacker } = (await (await lax.signIn('victim@example.com')).json()) as { token: string }
      assert.ok(await lax.isSignedIn(attacker))
      // While nobody has verified the address here, the provider opens nothing that the attacker has prepared.
      assert.equal((await signIn(somebody('victim'), {}, lax)).error, 'social_email_taken')
      // The owner verifies the address, and comes by the provider.
      await lax.verify('victim@example.com')
      assert.equal(await lax.isSignedIn(attacker), false)
      const { cookie } = await signIn(somebody('victim'), {}, lax)
      assert.equal((await whoHas(cookie, lax)).account.email, 'victim@example.com')
      assert.equal(await codeOf(await lax.signIn('victim@example.com', password)), 'auth_wrong_credentials')
      const subjects = (await mailsTo(lax.app, 'victim@example.com')).map(({ subject }) => subject).join('\n')
      assert.match(subjects, /Test is connected/)
      assert.match(subjects, /password .*was changed/)
    })

    test('a password that was set after the address was verified stays', async () => {
      await people.arrive('stays@example.com')
      await people.send('/api/auth/password/reset', { email: 'stays@example.com' })
      const token = await tokenIn(people.app, 'stays@example.com', 'reset-password')
      const changed = 'seven green umbrellas dancing'
      assert.equal((await people.send('/api/auth/password/reset/confirm', { token, password: changed })).status, 204)
      await whoHas((await signIn(somebody('stays'))).cookie)
      assert.equal((await people.signIn('stays@example.com', changed)).status, 200)
    })

    test('who is signed in connects a provider of another address, and signs in by it from then on', async () => {
      const token = await people.arrive('linker@example.com')
      const { session } = await people.who(token)
      assert.ok(session)
      const cookie = await cookieOf(people, 'linker@example.com')
      const headers = { cookie, origin: await people.app.url() }
      provider.signInAs(somebody('linked', { email: 'elsewhere@example.com' }))
      const started = await start({ link: true, returnTo: '/settings' }, headers)
      const landed = await land(await provider.visit(started.url), `${cookie}; ${started.cookie}`)
      assert.deepEqual([landed.place.pathname, landed.error, landed.cookie], ['/settings', null, undefined])
      const by = await whoHas((await signIn(somebody('linked', { email: 'elsewhere@example.com' }))).cookie)
      assert.equal(by.account.email, 'linker@example.com')
      const list = (await (await people.get('/api/auth/identities', token)).json()) as { data: { provider: string }[] }
      assert.deepEqual(
        list.data.map((each) => each.provider),
        ['test'],
      )
      assert.ok((await mailsTo(people.app, 'linker@example.com')).some(({ subject }) => /connected/.test(subject)))
    })

    test('connecting needs the session that asked for it', async () => {
      assert.equal(await codeOf(await people.send('/api/auth/social/test', { link: true })), 'auth_sign_in_required')
      await people.arrive('leaves@example.com')
      const cookie = await cookieOf(people, 'leaves@example.com')
      provider.signInAs(somebody('leaver'))
      const started = await start({ link: true }, { cookie, origin: await people.app.url() })
      const landed = await land(await provider.visit(started.url), started.cookie)
      assert.equal(landed.error, 'auth_sign_in_required')
      assert.equal(await people.app.system['auth-identities']!.count({ subject: 'leaver' }), 0)
    })

    test('what is connected to one account is not connected to another', async () => {
      await whoHas((await signIn(somebody('taken'))).cookie)
      await people.arrive('second@example.com')
      const cookie = await cookieOf(people, 'second@example.com')
      provider.signInAs(somebody('taken'))
      const started = await start({ link: true }, { cookie, origin: await people.app.url() })
      const landed = await land(await provider.visit(started.url), `${cookie}; ${started.cookie}`)
      assert.equal(landed.error, 'social_identity_taken')
    })

    test('a second factor is still asked for, by a challenge that reaches no log', async () => {
      const token = await tokenBySocial(somebody('careful'))
      const { secret } = (await (await people.sendAs(token, '/api/auth/totp')).json()) as { secret: string }
      const totp = TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() })
      const confirmed = await people.sendAs(token, '/api/auth/totp/confirm', { code: totp })
      const { recoveryCodes } = (await confirmed.json()) as { recoveryCodes: string[] }
      const { place, cookie } = await signIn(somebody('careful'))
      assert.equal(cookie, undefined)
      assert.equal(place.pathname + place.search, '/welcome')
      const { challenge, ...rest } = Object.fromEntries(new URLSearchParams(place.hash.slice(1)))
      assert.deepEqual(rest, { status: 'second-factor-required', factors: 'totp' })
      const done = await people.send('/api/auth/second-factor', { challenge, recoveryCode: recoveryCodes[0] })
      assert.equal(done.status, 200, await done.clone().text())
      assert.ok(done.headers.getSetCookie().some((each) => /session=gls_/.test(each)))
    })

    test('the last way in is not taken away, another one is', async () => {
      const token = await tokenBySocial(somebody('last'))
      const idOf = async () =>
        ((await (await people.get('/api/auth/identities', token)).json()) as { data: { id: string }[] }).data[0]!.id
      const remove = async (id: string, by = token) =>
        people.app.fetch(`/api/auth/identities/${id}`, { method: 'DELETE', headers: bearer(by) })
      const id = await idOf()
      assert.equal(await codeOf(await remove(id)), 'auth_last_way_in')
      assert.equal(await idOf(), id)
      // Nobody signs in with a passkey where passkeys are turned off.
      const { account } = await people.who(token)
      const key = { name: 'Phone', credentialId: 'x', credentialHash: 'x', publicKey: 'x', userHandle: 'x', counter: 0 }
      const passkey = { account: account.id, ...key, transports: [], isSyncable: false, isBackedUp: false }
      const { id: unusable } = await people.app.system['auth-passkeys']!.create(passkey)
      assert.equal(await codeOf(await remove(id)), 'auth_last_way_in')
      await people.app.system['auth-passkeys']!.delete(unusable as string)
      const stranger = await people.arrive('stranger@example.com')
      assert.equal((await remove(id, stranger)).status, 404)
      const changed = await people.sendAs(token, '/api/auth/password', { password: 'nine quiet lanterns floating' })
      const { token: renewed } = (await changed.json()) as { token: string }
      assert.equal((await remove(id, renewed)).status, 204)
      assert.ok((await mailsTo(people.app, 'last@example.com')).some(({ subject }) => /not connected/.test(subject)))
      assert.equal(await people.app.system['auth-identities']!.count({ subject: 'last' }), 0)
    })

    test('nobody is sent to another site', async () => {
      for (const returnTo of [
        '//evil.example',
        '/\\evil.example',
        '/.//evil.example',
        'https://evil.example',
        '/\t/evil.example',
      ])
        assert.equal(
          await codeOf(await people.send('/api/auth/social/test', { returnTo })),
          'social_return_to',
          returnTo,
        )
      const { place } = await signIn(somebody('pages'), { returnTo: 'https://pages.shop.example/orders' })
      assert.equal(place.href, 'https://pages.shop.example/orders')
      const link = await people.send('/api/auth/social/test', { returnTo: 'example.shop://signed-in' })
      assert.equal(await codeOf(link), 'social_return_to', 'a browser is not sent to an app')
      const evilApp = await people.send('/api/auth/social/test', {
        transport: 'token',
        returnTo: 'evil.app://signed-in',
      })
      assert.equal(await codeOf(evilApp), 'social_return_to')
    })

    test('pages of other sites begin nothing', async () => {
      const evil = await people.send('/api/auth/social/test', {}, { origin: 'https://evil.example' })
      assert.equal(await codeOf(evil), 'auth_cross_site')
    })

    test('an app trades a code for a token, once, and only the app that began', async () => {
      provider.signInAs(somebody('app'))
      const { url, handle, cookie } = await start({ transport: 'token' })
      assert.equal(cookie, '')
      const landed = await land(await provider.visit(url), '')
      assert.equal(landed.place.protocol, 'example.shop:')
      assert.equal(landed.cookie, undefined)
      const code = landed.place.searchParams.get('code')
      const trade = (by: string | undefined) => people.send('/api/auth/social/exchange', { code, handle: by })
      assert.equal(await codeOf(await trade(undefined)), 'social_state')
      assert.equal(await codeOf(await trade('x'.repeat(43))), 'social_state')
      const answers = await Promise.all(Array.from({ length: 10 }, () => trade(handle)))
      const good = answers.filter(({ status }) => status === 200)
      assert.equal(good.length, 1)
      const { token, status } = (await good[0]!.json()) as { token: string; status: string }
      assert.equal(status, 'signed-in')
      assert.equal((await people.who(token)).account.email, 'app@example.com')
    })

    test('an app connects a provider with the session of its owner', async () => {
      const token = await people.arrive('app-owner@example.com')
      provider.signInAs(somebody('app-linked'))
      const { url, handle } = await start({ transport: 'token', link: true }, bearer(token))
      const code = (await land(await provider.visit(url), '')).place.searchParams.get('code')
      assert.equal(
        await codeOf(await people.send('/api/auth/social/exchange', { code, handle })),
        'auth_sign_in_required',
      )
      const other = await people.arrive('app-other@example.com')
      assert.equal(
        await codeOf(await people.sendAs(other, '/api/auth/social/exchange', { code, handle })),
        'social_state',
      )
      const answer = await people.sendAs(token, '/api/auth/social/exchange', { code, handle })
      assert.deepEqual(await answer.json(), { status: 'connected' })
    })

    test('a form that a provider has the browser post is sent on as a link', async () => {
      const form = new URLSearchParams({ code: 'c&d', state: 's', user: '{"name":{"firstName":"A"}}', other: 'x' })
      const answer = await people.app.fetch('/api/auth/social/apple/callback', {
        method: 'POST',
        body: form,
        redirect: 'manual',
        headers: { origin: 'https://appleid.apple.com', 'sec-fetch-site': 'cross-site' },
      })
      assert.equal(answer.status, 303, await answer.clone().text())
      const place = new URL(answer.headers.get('location')!, baseUrl)
      assert.equal(place.pathname, '/api/auth/social/apple/callback')
      assert.deepEqual(Object.fromEntries(place.searchParams), {
        state: 's',
        code: 'c&d',
        user: '{"name":{"firstName":"A"}}',
      })
      assert.equal((await land(place, '')).error, 'social_state')
    })

    test('no other path takes forms', async () => {
      for (const path of ['/api/auth/sign-in', '/api/auth/social/exchange', '/api/customers']) {
        const answer = await people.app.fetch(path, { method: 'POST', body: new URLSearchParams({ a: 'b' }) })
        assert.equal(answer.status, 415, path)
      }
    })

    test('a stolen database holds nothing that finishes a sign-in', async () => {
      const started = await start()
      const state = new URL(started.url).searchParams.get('state')!
      const { data } = await people.app.system['auth-secrets']!.find({ where: { purpose: 'social-state' }, limit: 100 })
      const everything = JSON.stringify(data)
      assert.ok(data.length > 0)
      for (const secret of [state, new URL(started.url).searchParams.get('nonce')!, started.cookie.split('=')[1]!])
        assert.ok(!everything.includes(secret))
    })
  })
}

/** Signs in as a browser does. */
async function cookieOf(people: People, address: string): Promise<string> {
  const answer = await people.signIn(address, password, {})
  return answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
}
