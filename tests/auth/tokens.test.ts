import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { databases } from '../databases.ts'
import { mailsTo, tokenIn } from './mails.ts'
import { appWithCustomers, codeOf, goodPassword, type People, startPeople, tokenOf } from './people.ts'

const audience = 'https://stock.example'
const issuer = 'http://localhost:3000'
const dayMs = 86_400_000

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresAt: string
}

for (const { name, url } of databases) {
  describe(`access tokens on ${name}`, () => {
    let people: People
    let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
    before(async () => {
      const app = appWithCustomers({ jwt: { audience }, apiKeys: true })
      people = await startPeople(app, { database: await url(), clock: { nowMs: () => nowMs } })
    })
    after(() => people.app.close())

    const exchange = async (session: string, body: object = {}) => {
      const answer = await people.sendAs(session, '/api/auth/token', body)
      assert.equal(answer.status, 200, await answer.clone().text())
      assert.match(answer.headers.get('cache-control')!, /no-store/)
      return (await answer.json()) as Tokens
    }
    const refresh = (refreshToken: string) => people.send('/api/auth/token/refresh', { refreshToken })
    const refreshed = async (refreshToken: string) => {
      const answer = await refresh(refreshToken)
      assert.equal(answer.status, 200, await answer.clone().text())
      return (await answer.json()) as Tokens
    }
    const statusOf = async (token: string, path = '/api/customers') => (await people.get(path, token)).status
    const jwks = async (path = '/.well-known/jwks.json') =>
      (await (await people.get(path)).json()) as { readonly keys: readonly JWK[] }
    const idOf = (token: string) => decodeJwt(token).sub!
    const events = async (account: string) =>
      (await people.app.system['auth-events']!.find({ where: { account }, limit: 100 })).data.map(({ event }) => event)

    test('another service verifies a token by the published keys, and knows whose it is', async () => {
      const session = await people.arrive('service@example.com')
      const { accessToken, expiresAt } = await exchange(session)
      const keys = createLocalJWKSet((await jwks()) as never)
      const { payload, protectedHeader } = await jwtVerify(accessToken, keys, {
        issuer,
        audience,
        typ: 'at+jwt',
        currentDate: new Date(nowMs),
      })
      assert.deepEqual({ ...protectedHeader, kid: '' }, { alg: 'EdDSA', typ: 'at+jwt', kid: '' })
      const who = await people.who(session)
      assert.equal(payload.sub, who.account.id)
      assert.deepEqual([payload.accounts, payload.roles, payload.client_id], ['customers', [], 'desk'])
      assert.equal(payload.exp! - payload.iat!, 600)
      assert.equal(expiresAt, new Date(payload.exp! * 1_000).toISOString())
      assert.ok(payload.jti)
    })

    test('the published keys may be kept for a while, and have no private part', async () => {
      const answer = await people.get('/api/auth/jwks')
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=600')
      const { keys } = (await answer.json()) as { keys: readonly JWK[] }
      assert.deepEqual((await jwks()).keys, keys)
      assert.ok(keys.length > 0)
      for (const key of keys) assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'].sort())
      const stored = JSON.stringify((await people.app.system['auth-signing-keys']!.find()).data)
      assert.ok(stored.includes('s1.') && !stored.includes('"d"'), 'the private part is sealed')
    })

    test('a token acts for its account here, and cannot change how it is signed in to', async () => {
      const { accessToken } = await exchange(await people.arrive('acts@example.com'))
      const own = await people.get(`/api/customers/${idOf(accessToken)}`, accessToken)
      assert.equal(((await own.json()) as { email: string }).email, 'acts@example.com')
      const renamed = await people.sendAs(
        accessToken,
        `/api/customers/${idOf(accessToken)}`,
        { name: 'By token' },
        'PATCH',
      )
      assert.equal(renamed.status, 200)
      for (const [path, method] of [
        ['/api/auth/account', 'DELETE'],
        ['/api/auth/sign-out-everywhere', 'POST'],
        ['/api/auth/token', 'POST'],
        ['/api/auth/keys', 'POST'],
      ] as const)
        assert.equal(
          await codeOf(await people.sendAs(accessToken, path, path.endsWith('keys') ? { name: 'k' } : {}, method)),
          'auth_sign_in_required',
          path,
        )
    })

    test('nobody who is not signed in, or was long ago, gets tokens', async () => {
      assert.equal(await codeOf(await people.send('/api/auth/token')), 'auth_sign_in_required')
      const session = await people.arrive('late@example.com')
      nowMs += 11 * 60_000
      assert.equal(await codeOf(await people.sendAs(session, '/api/auth/token')), 'auth_reauthentication_required')
    })

    test('a token expires after ten minutes, with five seconds for clocks that differ', async () => {
      const { accessToken } = await exchange(await people.arrive('expires@example.com'))
      nowMs += 10 * 60_000 + 4_000
      assert.equal(await statusOf(accessToken), 200)
      nowMs += 2_000
      assert.equal(await codeOf(await people.get('/api/customers', accessToken)), 'auth_token_expired')
    })

    test('a role that is given or taken, and disabling, count from the next request on', async () => {
      const { accessToken } = await exchange(await people.arrive('roles@example.com'))
      const account = idOf(accessToken)
      const seen = async () =>
        ((await (await people.get('/api/customers', accessToken)).json()) as { data: unknown[] }).data.length
      assert.equal(await seen(), 1)
      await people.app.system['auth-accounts']!.update(account, { roles: ['staff'] })
      assert.ok((await seen()) > 1)
      await people.app.system['auth-accounts']!.update(account, { roles: [] })
      assert.equal(await seen(), 1)
      await people.app.system['auth-accounts']!.update(account, { disabledAt: new Date(nowMs).toISOString() })
      assert.equal(await codeOf(await people.get('/api/customers', accessToken)), 'auth_token_invalid')
      await people.app.system['auth-accounts']!.update(account, { disabledAt: null })
      assert.equal(await seen(), 1)
      await people.app.system.customers!.delete(account)
      assert.equal(await statusOf(accessToken), 401)
    })

    test('scopes narrow what a token can do, and unknown ones are told', async () => {
      const session = await people.arrive('narrow@example.com')
      const { accessToken, refreshToken } = await exchange(session, { scopes: ['customers:read'] })
      assert.equal(decodeJwt(accessToken).scope, 'customers:read')
      const next = await refreshed(refreshToken)
      for (const token of [accessToken, next.accessToken]) {
        assert.equal(await statusOf(token), 200)
        const path = `/api/customers/${idOf(token)}`
        assert.equal((await people.sendAs(token, path, { name: 'No' }, 'PATCH')).status, 403)
      }
      const wrong = await people.sendAs(session, '/api/auth/token', { scopes: ['customers:read', 'custmers:read'] })
      assert.equal(wrong.status, 400)
      const { errors } = (await wrong.json()) as { errors: readonly { pointer: string; message: string }[] }
      assert.deepEqual(errors, [{ pointer: '/scopes/1', code: 'unknown_scope', message: errors[0]!.message }])
      assert.match(errors[0]!.message, /Did you mean customers/)
      assert.equal((await people.sendAs(session, '/api/auth/token', { scopes: [] })).status, 400)
    })

    test('a refresh token is good once; showing it again ends all that follow, and the owner is told', async () => {
      const first = await exchange(await people.arrive('reuse@example.com'))
      const second = await refreshed(first.refreshToken)
      assert.notEqual(second.refreshToken, first.refreshToken)
      assert.equal(await statusOf(first.accessToken), 200, 'until it expires')
      const copy = await refresh(first.refreshToken)
      assert.equal(await codeOf(copy), 'auth_refresh_invalid')
      assert.equal(copy.status, 401)
      assert.equal(await codeOf(await refresh(second.refreshToken)), 'auth_refresh_invalid')
      for (const token of [first, second]) assert.equal(await statusOf(token.accessToken), 401)
      await refresh(first.refreshToken)
      const mails = await mailsTo(people.app, 'reuse@example.com')
      assert.equal(mails.filter(({ subject }) => /signed out/.test(subject)).length, 1)
      const told = (await events(idOf(first.accessToken))).filter((event) => event === 'refresh-token-reused')
      assert.equal(told.length, 1)
    })

    test('of a hundred refreshes with one token at once exactly one succeeds, and then the family ends', async () => {
      const { refreshToken, accessToken } = await exchange(await people.arrive('hundred@example.com'))
      const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(refreshToken)))
      const good = answers.filter(({ status }) => status === 200)
      assert.deepEqual(
        answers.filter(({ status }) => status !== 200 && status !== 401).map(({ status }) => status),
        [],
      )
      assert.equal(good.length, 1)
      const next = (await good[0]!.json()) as Tokens
      assert.equal((await refresh(next.refreshToken)).status, 401)
      for (const token of [accessToken, next.accessToken]) assert.equal(await statusOf(token), 401)
      const mails = await mailsTo(people.app, 'hundred@example.com')
      assert.equal(mails.filter(({ subject }) => /signed out/.test(subject)).length, 1)
    })

    test('what is no refresh token ends nothing', async () => {
      const first = await exchange(await people.arrive('guess@example.com'))
      const { sid } = decodeJwt(first.accessToken)
      for (const wrong of [
        'x',
        `glr_${sid}`,
        `glr_${'A'.repeat(86)}`,
        `${first.refreshToken}A`,
        first.accessToken.slice(0, 150),
      ])
        assert.equal(await codeOf(await refresh(wrong)), 'auth_refresh_invalid', wrong)
      assert.equal((await refresh(first.refreshToken)).status, 200)
    })

    test('a refresh token nobody uses ends after thirty days, and one that is used with the longest session', async () => {
      const idle = await exchange(await people.arrive('idle@example.com'))
      let used = await exchange(await tokenOf(await people.signIn('idle@example.com')))
      nowMs += 30 * dayMs - 1
      used = await refreshed(used.refreshToken)
      nowMs += 1
      assert.equal(await codeOf(await refresh(idle.refreshToken)), 'auth_refresh_invalid')
      for (let turn = 0; turn < 2; turn += 1) {
        nowMs += 29 * dayMs
        used = await refreshed(used.refreshToken)
      }
      nowMs += 2 * dayMs
      assert.equal(await codeOf(await refresh(used.refreshToken)), 'auth_refresh_invalid')
    })

    test('a new password, signing out everywhere and disabling end tokens; signing out here does not', async () => {
      const address = 'ends@example.com'
      const session = await people.arrive(address)
      const kept = await exchange(session)
      await people.sendAs(session, '/api/auth/sign-out')
      assert.equal(await statusOf(kept.accessToken), 200)
      const next = await refreshed(kept.refreshToken)

      const other = await tokenOf(await people.signIn(address))
      const password = 'another harbour ninety teapots'
      const changed = await people.sendAs(other, '/api/auth/password', { current: goodPassword, password })
      assert.equal(changed.status, 200, await changed.clone().text())
      assert.equal(await statusOf(next.accessToken), 401)
      assert.equal(await codeOf(await refresh(next.refreshToken)), 'auth_refresh_invalid')

      const again = await exchange(await tokenOf(changed))
      await people.sendAs(await tokenOf(await people.signIn(address, password)), '/api/auth/sign-out-everywhere')
      assert.equal(await statusOf(again.accessToken), 401)
      assert.equal((await refresh(again.refreshToken)).status, 401)

      const last = await exchange(await tokenOf(await people.signIn(address, password)))
      await people.app.system['auth-accounts']!.update(idOf(last.accessToken), {
        disabledAt: new Date(nowMs).toISOString(),
      })
      assert.equal((await refresh(last.refreshToken)).status, 401)
    })

    test('tokens that are revoked are worth nothing at once, and nobody is told of others', async () => {
      const mine = await exchange(await people.arrive('revoke@example.com'))
      const revoke = async (refreshToken: string) =>
        (await people.send('/api/auth/token/revoke', { refreshToken })).status
      assert.deepEqual(
        [await revoke('nothing'), await revoke(mine.refreshToken), await revoke(mine.refreshToken)],
        [204, 204, 204],
      )
      assert.equal(await statusOf(mine.accessToken), 401)
      assert.equal((await refresh(mine.refreshToken)).status, 401)
      assert.equal(
        (await mailsTo(people.app, 'revoke@example.com')).filter(({ subject }) => /signed out/.test(subject)).length,
        0,
      )
    })

    test('a token that is signed otherwise, by another key, for others or for another purpose lets nobody in', async () => {
      const session = await people.arrive('forged@example.com')
      const { accessToken, refreshToken } = await exchange(session)
      const claims = decodeJwt(accessToken)
      const header = decodeProtectedHeader(accessToken) as { alg: string; kid: string; typ: string }
      const [publicKey] = (await jwks()).keys.filter(({ kid }) => kid === header.kid)
      const mine = generateKeyPairSync('ed25519')
      const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
      const sign = (
        more: object,
        head: object = {},
        key: any = mine.privateKey, // any: whichever key
      ) => new SignJWT({ ...claims, ...more }).setProtectedHeader({ ...header, ...head }).sign(key)
      const hmac = (secret: string | Buffer) =>
        new SignJWT({ ...claims }).setProtectedHeader({ ...header, alg: 'HS256' }).sign(Buffer.from(secret))
      const [, body, signature] = accessToken.split('.')
      const es = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const forged: Record<string, string> = {
        'alg none': `${encode({ ...header, alg: 'none' })}.${body}.`,
        'alg none, signed': `${encode({ ...header, alg: 'none' })}.${body}.${signature}`,
        'alg None': `${encode({ ...header, alg: 'None' })}.${body}.`,
        'HS256 with the public key': await hmac(JSON.stringify(publicKey)),
        'HS256 with its x': await hmac(Buffer.from(publicKey!.x!, 'base64url')),
        'HS256 with its PEM': await hmac(
          Buffer.from(generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string),
        ),
        'a key of mine under the id': await sign({}),
        'a key of mine in the header': await sign({}, { jwk: mine.publicKey.export({ format: 'jwk' }) }),
        'a key of mine behind an address': await sign({}, { jku: 'https://evil.example/jwks.json', kid: 'mine' }),
        'ES256 under the id': await sign({}, { alg: 'ES256' }, es.privateKey),
        'an unknown id': await sign({}, { kid: 'none' }),
        'no id': await sign({}, { kid: undefined }),
        'an id of another record': await sign({}, { kid: claims.sub }),
        'another body': `${encode(header)}.${encode({ ...claims, sub: 'other' })}.${signature}`,
        'no signature': `${encode(header)}.${body}.`,
        'a broken header': `e30x.${body}.${signature}`,
      }
      for (const [what, token] of Object.entries(forged))
        assert.equal(await codeOf(await people.get('/api/customers', token)), 'auth_token_invalid', what)
      for (const token of [refreshToken, session.replace('gls_', 'glr_')]) assert.equal(await statusOf(token), 401)
      assert.equal(await statusOf(accessToken), 200)
    })

    test('what the right key signed for others, or as another kind of token, lets nobody in', async () => {
      const session = await people.arrive('confused@example.com')
      const { accessToken } = await exchange(session)
      const [claims, header] = [decodeJwt(accessToken), decodeProtectedHeader(accessToken)]
      const key = await signingKey()
      const sign = (more: object, head: object = {}) =>
        new SignJWT({ ...claims, ...more }).setProtectedHeader({ ...header, ...head } as never).sign(key as never)
      assert.equal(await statusOf(await sign({})), 200, 'the control: this key signs what is accepted')
      const seconds = Math.floor(nowMs / 1_000)
      const confused: Record<string, string> = {
        'another audience': await sign({ aud: 'https://other.example' }),
        'no audience': await sign({ aud: undefined }),
        'another issuer': await sign({ iss: 'https://other.example' }),
        'an id token': await sign({}, { typ: 'JWT' }),
        'no type': await sign({}, { typ: undefined }),
        'no end': await sign({ exp: undefined }),
        'not yet': await sign({ nbf: seconds + 60 }),
        'no generation': await sign({ gen: undefined }),
        'another generation': await sign({ gen: 99 }),
        'another account': await sign({ sub: '018f0000-0000-7000-8000-00000000dead' }),
        'no family': await sign({ sid: undefined }),
        'an unknown family': await sign({ sid: '018f0000-0000-7000-8000-00000000dead' }),
        'a session for a family': await sign({ sid: (await people.who(session)).session.id }),
        'a family for a key': await sign({ from: 'key' }),
      }
      for (const [what, token] of Object.entries(confused))
        assert.equal(await codeOf(await people.get('/api/customers', token)), 'auth_token_invalid', what)
      assert.equal(
        await codeOf(await people.get('/api/customers', await sign({ exp: seconds - 6 }))),
        'auth_token_expired',
      )
    })

    async function signingKey() {
      const { createSealer } = await import('../../packages/server/src/base/seal.ts')
      const { rememberedSecret } = await import('../../packages/server/src/app/remembered-secret.ts')
      const [row] = (await people.app.system['auth-signing-keys']!.find({ sort: '-sequence' })).data.filter(
        ({ signsFrom }) => signsFrom <= new Date(nowMs).toISOString(),
      )
      const secret = await rememberedSecret('feature.signing-keys', people.app.open.database, () => Buffer.alloc(0))
      const text = createSealer({ secret, purpose: 'signing-key' }).open(row!.sealedKey, row!.id).toString()
      return importJWK(JSON.parse(text) as JWK, 'EdDSA')
    }

    test('other tokens and secrets of ours are no refresh tokens', async () => {
      await people.register('kinds@example.com')
      const verify = await tokenIn(people.app, 'kinds@example.com', 'verify-email')
      await people.verify('kinds@example.com')
      const session = await tokenOf(await people.signIn('kinds@example.com'))
      const { accessToken, refreshToken } = await exchange(session)
      for (const other of [verify, session, accessToken.slice(-90)])
        assert.equal(await codeOf(await refresh(other)), 'auth_refresh_invalid')
      assert.equal((await people.send('/api/auth/verify-email', { token: refreshToken })).status, 400)
      assert.equal((await people.get('/api/auth/session', refreshToken)).status, 401)
    })

    test('a repetition with its Idempotency-Key gets no second answer, and ends nothing', async () => {
      const { refreshToken } = await exchange(await people.arrive('again@example.com'))
      const key = { 'idempotency-key': 'refresh-1' }
      const first = await people.send('/api/auth/token/refresh', { refreshToken }, key)
      const { refreshToken: next } = (await first.json()) as Tokens
      assert.equal((await people.send('/api/auth/token/refresh', { refreshToken }, key)).status, 409)
      assert.equal((await refresh(next)).status, 200)
    })
  })

  describe(`signing keys on ${name}`, () => {
    test('follow each other, are published before they sign, and verify until what they signed has expired', async () => {
      let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
      const app = appWithCustomers({ jwt: { audience, rotateEvery: '1d', lifetime: '1h', algorithm: 'ES256' } })
      const people = await startPeople(app, { database: await url(), clock: { nowMs: () => nowMs } })
      const tidy = async () => {
        for (const feature of people.app.open.features) await feature.tidy?.()
      }
      const kids = async () =>
        ((await (await people.get('/api/auth/jwks')).json()) as { keys: JWK[] }).keys.map(({ kid }) => kid)
      const token = async () => {
        const session = await tokenOf(await people.signIn('key@example.com'))
        return ((await (await people.sendAs(session, '/api/auth/token')).json()) as Tokens).accessToken
      }
      const kidOf = (text: string) => decodeProtectedHeader(text).kid
      await people.arrive('key@example.com')
      const first = await token()
      assert.equal(decodeProtectedHeader(first).alg, 'ES256')
      assert.deepEqual(await kids(), [kidOf(first)])
      nowMs += dayMs - 90 * 60_000
      await tidy()
      nowMs += 61_000
      assert.equal((await kids()).length, 2, 'the next key is there before it signs')
      const last = await token()
      assert.equal(kidOf(last), kidOf(first))
      nowMs += 89 * 60_000
      const next = await token()
      assert.notEqual(kidOf(next), kidOf(first))
      nowMs += 60_000
      const late = await people.get('/api/customers', first)
      assert.equal(late.status, 401, 'it has expired')
      nowMs += 60 * 60_000
      assert.ok(!(await kids()).includes(kidOf(first)))
      // A clock that is wrong for a while, either way, does not stop anybody.
      for (const jumpMs of [-40 * dayMs, 400 * dayMs, -360 * dayMs]) {
        nowMs += jumpMs
        await tidy()
        await people.app.system['auth-sessions']!.find()
        const made = await token()
        assert.equal((await people.get('/api/customers', made)).status, 200, String(jumpMs))
      }
      await people.app.close()
    })

    test('a key that is deleted is good for nothing within a minute, and another one signs', async () => {
      let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
      const app = appWithCustomers({ jwt: { audience } })
      const people = await startPeople(app, { database: await url(), clock: { nowMs: () => nowMs } })
      const session = await people.arrive('stolen@example.com')
      const token = async () => ((await (await people.sendAs(session, '/api/auth/token')).json()) as Tokens).accessToken
      const stolen = await token()
      assert.equal((await people.get('/api/customers', stolen)).status, 200)
      await people.app.system['auth-signing-keys']!.delete(decodeProtectedHeader(stolen).kid!)
      nowMs += 60_000
      assert.equal(await codeOf(await people.get('/api/customers', stolen)), 'auth_token_invalid')
      const fresh = await token()
      assert.equal((await people.get('/api/customers', fresh)).status, 200)
      const { keys } = (await (await people.get('/api/auth/jwks')).json()) as { keys: readonly JWK[] }
      assert.deepEqual(
        keys.map(({ kid }) => kid),
        [decodeProtectedHeader(fresh).kid],
      )
      await people.app.close()
    })

    test('times that make no sense, and a missing address, are told at the start', async () => {
      const wrong = [
        { lifetime: '2h' },
        { lifetime: 'soon' },
        { rotateEvery: '1h' },
        { refreshLifetime: '0s' },
      ] as const
      for (const jwt of wrong) {
        const app = appWithCustomers({ jwt: { audience, ...(jwt as object) } })
        await assert.rejects(startPeople(app, { database: await url() }), {
          code: 'model_invalid',
          message: /auth\.jwt\./,
        })
      }
      const nowhere = startPeople(appWithCustomers({ jwt: { audience } }), {
        database: await url(),
        surroundings: { baseUrl: undefined },
      })
      await assert.rejects(nowhere, { code: 'auth_issuer_missing' })
    })

    const skip = name === 'sqlite' && 'a database in memory has one process'
    test('processes that make the first key at once make one', { skip }, async () => {
      const database = await url()
      const app = appWithCustomers({ jwt: { audience } })
      const first = await startPeople(app, { database })
      const others = await Promise.all([1, 2].map(() => startPeople(app, { database })))
      const all = [first, ...others]
      const kids = await Promise.all(
        all.map(
          async (people) => ((await (await people.get('/api/auth/jwks')).json()) as { keys: JWK[] }).keys[0]!.kid,
        ),
      )
      assert.equal(new Set(kids).size, 1)
      const session = await first.arrive('shared@example.com')
      const { accessToken } = (await (await first.sendAs(session, '/api/auth/token')).json()) as Tokens
      for (const people of all) assert.equal((await people.get('/api/customers', accessToken)).status, 200)
      await first.app.system['auth-accounts']!.update(decodeJwt(accessToken).sub!, { generation: 9 })
      for (const people of all) assert.equal((await people.get('/api/customers', accessToken)).status, 401)
      for (const people of all) await people.app.close()
    })

    test('are not there unless they are configured', async () => {
      const people = await startPeople(appWithCustomers(), { database: await url() })
      const session = await people.arrive('none@example.com')
      assert.equal((await people.sendAs(session, '/api/auth/token')).status, 404)
      assert.equal((await people.get('/.well-known/jwks.json')).status, 404)
      assert.equal((await people.sendAs(session, '/api/auth/keys', { name: 'k' })).status, 404)
      await people.app.close()
    })
  })
}
