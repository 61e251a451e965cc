import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { databases } from '../databases.ts'
import { mailsTo, tokenIn } from './mails.ts'
import { appWithCustomers, codeOf, goodPassword, type People, startPeople, tokenOf } from './people.ts'

const dayMs = 86_400_000
const otherPassword = 'another harbour ninety teapots'

interface Key {
  readonly id: string
  readonly key: string
  readonly prefix: string
  readonly scopes: readonly string[] | null
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
}

for (const { name, url } of databases) {
  describe(`API keys of accounts on ${name}`, () => {
    let people: People
    let nowMs = Date.parse('2026-03-01T09:00:00.000Z')
    before(async () => {
      const app = appWithCustomers({
        jwt: { audience: 'https://stock.example' },
        apiKeys: { maxLifetime: '365d', perAccount: 3 },
      })
      people = await startPeople(app, { database: await url(), clock: { nowMs: () => nowMs } })
    })
    after(() => people.app.close())

    const make = async (session: string, body: object = {}) => {
      const answer = await people.sendAs(session, '/api/auth/keys', { name: 'sync', ...body })
      assert.equal(answer.status, 201, await answer.clone().text())
      assert.match(answer.headers.get('cache-control')!, /no-store/)
      return (await answer.json()) as Key
    }
    const listed = async (session: string) =>
      ((await (await people.get('/api/auth/keys', session)).json()) as { data: readonly Key[] }).data
    const accountOf = async (session: string): Promise<string> => (await people.who(session)).account.id
    const seen = async (token: string) => {
      const answer = await people.get('/api/customers', token)
      return answer.status === 200 ? ((await answer.json()) as { data: unknown[] }).data.length : answer.status
    }

    test('somebody makes a key, which acts for them, is listed without its secret, and ends when it is deleted', async () => {
      const session = await people.arrive('keys@example.com')
      const { id, key, prefix } = await make(session)
      assert.match(key, /^glu_[\w-]{43}$/)
      assert.equal(prefix, `${key.slice(0, 10)}…`)
      const account = await accountOf(session)
      const own = await people.get(`/api/customers/${account}`, key)
      assert.equal(((await own.json()) as { email: string }).email, 'keys@example.com')
      assert.equal((await people.sendAs(key, `/api/customers/${account}`, { name: 'K' }, 'PATCH')).status, 200)
      const list = await listed(session)
      assert.deepEqual(
        list.map((each) => each.id),
        [id],
      )
      assert.ok(!JSON.stringify(list).includes(key.slice(10)) && !JSON.stringify(list).includes('hash'))
      const stored = JSON.stringify((await people.app.system['auth-keys']!.find()).data)
      assert.ok(!stored.includes(key.slice(10)))
      assert.equal((await people.sendAs(session, `/api/auth/keys/${id}`, {}, 'DELETE')).status, 204)
      assert.equal(await codeOf(await people.get('/api/customers', key)), 'auth_api_key_invalid')
      assert.deepEqual(await listed(session), [])
    })

    test('the owner is told of a new key by mail, and the audit knows of it', async () => {
      const session = await people.arrive('told@example.com')
      const { id } = await make(session, { name: 'nightly' })
      const [mail] = await mailsTo(people.app, 'told@example.com')
      assert.match(mail!.subject, /new API key/)
      assert.match(mail!.text, /nightly/)
      const where = { account: await accountOf(session), event: 'key-created' }
      const [event] = (await people.app.system['auth-events']!.find({ where })).data
      assert.deepEqual(event!.details, { key: id, name: 'nightly', scopes: null })
    })

    test('a key does what its account may do now, within its scopes', async () => {
      const session = await people.arrive('current@example.com')
      const account = await accountOf(session)
      const all = await make(session)
      const narrow = await make(session, { scopes: ['customers:read'] })
      assert.deepEqual(narrow.scopes, ['customers:read'])
      assert.equal(await seen(all.key), 1)
      await people.app.system['auth-accounts']!.update(account, { roles: ['staff'] })
      assert.ok((await seen(all.key)) > 1, 'a role that was given counts')
      assert.ok((await seen(narrow.key)) > 1)
      const refused = await people.sendAs(narrow.key, `/api/customers/${account}`, { name: 'X' }, 'PATCH')
      assert.equal(refused.status, 403)
      await people.app.system['auth-accounts']!.update(account, { roles: [] })
      assert.equal(await seen(all.key), 1, 'and one that was taken away')
    })

    test('a scope brings no right that the account has not, and one that covers nothing is told', async () => {
      const session = await people.arrive('scopes@example.com')
      const { key } = await make(session, { scopes: ['*:*'] })
      assert.equal(await seen(key), 1)
      const other = await people.arrive('scoped-other@example.com')
      const deleted = await people.sendAs(key, `/api/customers/${await accountOf(other)}`, {}, 'DELETE')
      assert.equal(deleted.status, 404)
      for (const scopes of [[], ['customers'], ['customers:burn'], ['nothing:read'], ['a:b:c'], [''], 'customers:read'])
        assert.equal((await people.sendAs(session, '/api/auth/keys', { name: 'x', scopes })).status, 400)
    })

    test('disabling and deleting the account end its keys at once', async () => {
      const session = await people.arrive('gone@example.com')
      const account = await accountOf(session)
      const { key } = await make(session)
      assert.equal(await seen(key), 1)
      const accounts = people.app.system['auth-accounts']!
      await accounts.update(account, { disabledAt: new Date(nowMs).toISOString() })
      assert.equal(await codeOf(await people.get('/api/customers', key)), 'auth_api_key_invalid')
      await accounts.update(account, { disabledAt: null })
      assert.equal(await seen(key), 1)
      await people.app.system.customers!.delete(account)
      assert.equal(await seen(key), 401)
      assert.equal(await people.app.system['auth-keys']!.count({ account }), 0)
    })

    test('a key goes on when the password changes, unless its owner asks otherwise, and ends when it is reset', async () => {
      const address = 'password@example.com'
      let session = await people.arrive(address)
      const { key } = await make(session)
      const change = async (current: string, password: string, more: object = {}) =>
        tokenOf(await people.sendAs(session, '/api/auth/password', { current, password, ...more }))
      session = await change(goodPassword, otherPassword)
      assert.equal(await seen(key), 1)
      session = await change(otherPassword, goodPassword, { revokeKeys: true })
      assert.equal(await seen(key), 401)
      const second = await make(session)
      assert.equal((await people.send('/api/auth/password/reset', { email: address })).status, 202)
      const token = await tokenIn(people.app, address, 'reset-password')
      const reset = await people.send('/api/auth/password/reset/confirm', { token, password: otherPassword })
      assert.equal(reset.status, 204, await reset.clone().text())
      assert.equal(await seen(second.key), 401)
    })

    test('a key expires to the millisecond, after the longest time allowed at the latest', async () => {
      const session = await people.arrive('expiry@example.com')
      const expiresAt = new Date(nowMs + 1_000).toISOString()
      const [short, longest] = [await make(session, { expiresAt }), await make(session)]
      assert.equal(longest.expiresAt, new Date(nowMs + 365 * dayMs).toISOString())
      for (const ms of [-1, 0, 365 * dayMs + 1]) {
        const body = { name: 'x', expiresAt: new Date(nowMs + ms).toISOString() }
        assert.equal(await codeOf(await people.sendAs(session, '/api/auth/keys', body)), 'auth_api_key_expiry')
      }
      nowMs += 999
      assert.equal(await seen(short.key), 1)
      nowMs += 1
      assert.equal(await codeOf(await people.get('/api/customers', short.key)), 'auth_api_key_expired')
      assert.equal(await seen(longest.key), 1)
    })

    test('keys are made by their owner only: signed in a short while ago, not by a key or a token', async () => {
      const session = await people.arrive('owner@example.com')
      const { key } = await make(session)
      const token = await people.sendAs(session, '/api/auth/token')
      const { accessToken } = (await token.json()) as { accessToken: string }
      const refused = async (by: string) => codeOf(await people.sendAs(by, '/api/auth/keys', { name: 'x' }))
      assert.equal(await codeOf(await people.send('/api/auth/keys', { name: 'x' })), 'auth_sign_in_required')
      for (const by of [key, accessToken]) {
        assert.equal(await refused(by), 'auth_sign_in_required')
        assert.equal((await people.get('/api/auth/keys', by)).status, 401)
        assert.equal((await people.get('/api/auth/session', by)).status, 401)
        assert.equal((await people.sendAs(by, '/api/auth/account', {}, 'DELETE')).status, 401)
      }
      const [own] = (await people.app.system['auth-sessions']!.find({ where: { account: await accountOf(session) } }))
        .data
      await people.app.system['auth-sessions']!.update(own!.id, { impersonator: 'somebody' })
      assert.equal(await refused(session), 'auth_impersonated')
      await people.app.system['auth-sessions']!.update(own!.id, { impersonator: null })
      nowMs += 11 * 60_000
      assert.equal(await refused(session), 'auth_reauthentication_required')
    })

    test('nobody sees or deletes the keys of others', async () => {
      const [one, two] = [await people.arrive('one@example.com'), await people.arrive('two@example.com')]
      const { id, key } = await make(one)
      assert.deepEqual(await listed(two), [])
      const answer = await people.sendAs(two, `/api/auth/keys/${id}`, {}, 'DELETE')
      assert.equal(await codeOf(answer), 'auth_api_key_unknown')
      assert.equal(await seen(key), 1)
      const direct = await people.get('/api/auth-keys', one)
      assert.ok(direct.status === 403 || direct.status === 404, String(direct.status))
    })

    test('an account has so many keys and no more', async () => {
      const session = await people.arrive('full@example.com')
      for (let count = 0; count < 3; count += 1) await make(session)
      const answer = await people.sendAs(session, '/api/auth/keys', { name: 'x' })
      assert.equal(await codeOf(answer), 'auth_api_keys_full')
    })

    test('a key tells when it was used last, to the minute', async () => {
      const session = await people.arrive('used@example.com')
      const { key, lastUsedAt } = await make(session)
      assert.equal(lastUsedAt, null)
      const used = async () => {
        await seen(key)
        const wanted = new Date(nowMs).toISOString()
        for (let turn = 0; turn < 100 && (await listed(session))[0]!.lastUsedAt !== wanted; turn += 1)
          await new Promise((done) => setTimeout(done, 2))
        return (await listed(session))[0]!.lastUsedAt
      }
      const first = new Date(nowMs).toISOString()
      assert.equal(await used(), first)
      nowMs += 60_000
      assert.equal(await used(), new Date(nowMs).toISOString())
    })

    test('what is no key lets nobody in', async () => {
      const { key } = await make(await people.arrive('wrong@example.com'))
      for (const wrong of [`glu_${'A'.repeat(43)}`, key.slice(0, -1), `${key}A`, key.toLowerCase()])
        assert.equal(await codeOf(await people.get('/api/customers', wrong)), 'auth_api_key_invalid', wrong)
      for (const wrong of [key.replace('glu_', 'glk_'), key.replace('glu_', 'gls_'), 'glu_', key.slice(4)])
        assert.equal(await seen(wrong), 401)
    })

    test('a key is exchanged for an access token of its rights, which ends with the key', async () => {
      const session = await people.arrive('exchange@example.com')
      const { key, id } = await make(session, {
        scopes: ['customers:read'],
        expiresAt: new Date(nowMs + 300_000).toISOString(),
      })
      const answer = await people.sendAs(key, '/api/auth/token')
      const body = (await answer.json()) as { accessToken: string; refreshToken: null; expiresAt: string }
      assert.equal(body.refreshToken, null)
      const claims = decodeJwt(body.accessToken)
      assert.deepEqual([claims.scope, claims.sub], ['customers:read', await accountOf(session)])
      assert.equal(claims.exp! * 1_000, nowMs + 300_000, 'not longer than the key')
      const keys = createLocalJWKSet((await (await people.get('/.well-known/jwks.json')).json()) as never)
      await jwtVerify(body.accessToken, keys, { currentDate: new Date(nowMs) })
      assert.equal(await seen(body.accessToken), 1)
      const path = `/api/customers/${claims.sub}`
      assert.equal((await people.sendAs(body.accessToken, path, { name: 'X' }, 'PATCH')).status, 403)
      const wider = await people.sendAs(key, '/api/auth/token', { scopes: ['*:*'] })
      assert.equal(await codeOf(wider), 'auth_key_has_scopes')
      await people.sendAs(session, `/api/auth/keys/${id}`, {}, 'DELETE')
      assert.equal(await seen(body.accessToken), 401)
    })
  })

  test(`a role that demands a second factor lets no key act by it before there is one, on ${name}`, async () => {
    const app = appWithCustomers({ apiKeys: true, jwt: { audience: 'x' } }, { requireMfa: ['admin'] })
    const people = await startPeople(app, { database: await url() })
    const session = await people.arrive('rise@example.com')
    const { key } = (await (await people.sendAs(session, '/api/auth/keys', { name: 'k' })).json()) as Key
    const token = await people.sendAs(session, '/api/auth/token')
    const { accessToken } = (await token.json()) as { accessToken: string }
    const { account } = await people.who(session)
    const statuses = async () =>
      Promise.all([key, accessToken].map(async (by) => (await people.get('/api/customers', by)).status))
    assert.deepEqual(await statuses(), [200, 200])
    await people.app.system['auth-accounts']!.update(account.id, { roles: ['admin'] })
    assert.deepEqual(await statuses(), [403, 403])
    await people.app.system['auth-accounts']!.update(account.id, { factors: ['totp'] })
    assert.deepEqual(await statuses(), [200, 200])
    await people.app.close()
  })

  test(`an address that nobody has verified gets neither keys nor tokens, on ${name}`, async () => {
    const app = appWithCustomers({ apiKeys: true, jwt: { audience: 'x' } }, { requiresVerifiedEmail: false })
    const people = await startPeople(app, { database: await url() })
    await people.register('squatter@example.com')
    const session = await tokenOf(await people.signIn('squatter@example.com'))
    for (const path of ['/api/auth/keys', '/api/auth/token']) {
      const body = path.endsWith('keys') ? { name: 'k' } : {}
      assert.equal(await codeOf(await people.sendAs(session, path, body)), 'auth_email_unverified')
    }
    await people.app.close()
  })
}
