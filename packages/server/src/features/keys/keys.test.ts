import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { databases } from '../../../../../tests/databases.ts'
import { collection, defineApp, role, text } from '../../index.ts'
import { compileModel } from '../../model/compile-model.ts'
import { createTestApp, type TestApp } from '../../testing/index.ts'
import { createKey, listKeys, type NewKey, revokeKey } from './manage-keys.ts'

const notes = collection('notes', {
  fields: { text: text() },
  rules: { read: role('staff'), create: role('staff'), delete: role('staff') },
})
const app = defineApp({ name: 'keys', collections: [notes], roles: { staff: {}, manager: { includes: ['staff'] } } })

for (const { name, url } of databases) {
  describe(`API keys on ${name}`, () => {
    let running: TestApp
    let nowMs = Date.parse('2026-01-01T00:00:00.000Z')
    before(async () => {
      running = await createTestApp(app, { database: await url(), clock: { nowMs: () => nowMs } })
    })
    after(() => running.close())

    const db = () => running.open.db
    const now = () => new Date(nowMs).toISOString()
    const make = (key: Partial<NewKey> = {}) => createKey(db(), { name: 'k', roles: [], ...key }, running.open.model)
    const whoIs = async (secret: string) => running.open.authenticate({ authorization: `Bearer ${secret}` })
    const listed = async (id: string) => (await listKeys(db())).find((key) => key.id === id)!

    test('show who sends them, with the roles that theirs include', async () => {
      const { id, secret } = await make({ roles: ['manager'] })
      assert.match(secret, /^glk_[\w-]{43}$/)
      assert.deepEqual(await whoIs(secret), { kind: 'key', id, roles: ['manager', 'staff'] })
      const other = await make({ actorId: 'customer-7' })
      assert.deepEqual(await whoIs(other.secret), { kind: 'key', id: 'customer-7', roles: [] })
      assert.deepEqual(await running.open.authenticate({ authorization: `bearer   ${secret}` }), await whoIs(secret))
    })

    test('with unknown roles or without a name are not made', async () => {
      await assert.rejects(make({ roles: ['staff', 'chief'] }), {
        code: 'key_unknown_role',
        message: 'There is no role chief. The roles are: staff, manager.',
      })
      const bare = compileModel(defineApp({ name: 'bare', collections: [] }))
      await assert.rejects(createKey(db(), { name: 'x', roles: ['staff'] }, bare), /The roles are: none/)
      await assert.rejects(make({ name: '' }), { code: 'operation_invalid' })
      await assert.rejects(make({ expiresAt: 'tomorrow' }), { code: 'operation_invalid' })
    })

    test('with scopes can do what they name, of what their roles allow', async () => {
      const { secret, id } = await make({ roles: ['manager'], scopes: ['notes:read'] })
      assert.deepEqual(await whoIs(secret), { kind: 'key', id, roles: ['manager', 'staff'], scopes: ['notes:read'] })
      const send = async (method: string, path = '/api/notes') =>
        (
          await running.fetch(path, {
            method,
            headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
            ...(method === 'POST' && { body: JSON.stringify({ text: 'x' }) }),
          })
        ).status
      assert.deepEqual([await send('GET'), await send('POST')], [200, 403])
      const { secret: powerless } = await make({ scopes: ['*:*'] })
      const answer = await running.fetch('/api/notes', { headers: { authorization: `Bearer ${powerless}` } })
      assert.equal(answer.status, 403, 'scopes bring no rights')
      await assert.rejects(make({ scopes: ['notes:raed'] }), {
        code: 'key_unknown_scope',
        message:
          'The scope notes:raed covers nothing. There is no operation raed of notes. Did you mean read? No key was made.',
      })
    })

    test('that are none, or are no longer, let nobody in', async () => {
      const { secret } = await make()
      for (const wrong of [
        `glk_${'A'.repeat(43)}`,
        secret.slice(0, -1),
        `${secret}A`,
        secret.toLowerCase(),
        'glk_',
        "glk_' or 1=1",
      ])
        await assert.rejects(
          whoIs(wrong),
          { code: wrong.includes(' ') ? 'authentication_unknown_credentials' : 'key_invalid' },
          wrong,
        )
      await assert.rejects(whoIs('other-token'), { code: 'authentication_unknown_credentials' })
    })

    test('expire to the millisecond', async () => {
      const { secret } = await make({ expiresAt: new Date(nowMs + 1_000).toISOString() })
      await whoIs(secret)
      nowMs += 999
      await whoIs(secret)
      nowMs += 1
      await assert.rejects(whoIs(secret), { code: 'key_expired' })
    })

    test('are read from the database once, and not again until they change', async () => {
      const { id, secret } = await make()
      await whoIs(secret)
      while ((await listed(id)).lastUsedAt === null) await new Promise((done) => setTimeout(done, 2))
      const actor = await whoIs(secret)
      assert.equal(running.open.authenticate({ authorization: `Bearer ${secret}` }), actor, 'at once, the same object')
      await make({ name: 'another key is nothing to this one' })
      assert.equal(running.open.authenticate({ authorization: `Bearer ${secret}` }), actor)
      await running.open.db['api-keys']!.update(id, { roles: ['staff'] })
      assert.deepEqual((await whoIs(secret)).roles, ['staff'])
      await running.open.db['api-keys']!.delete(id)
      await assert.rejects(whoIs(secret), { code: 'key_invalid' })
    })

    test('are revoked at once, by id or by the part that is shown, and stay so', async () => {
      const [one, two] = [await make(), await make()]
      const revoked = await revokeKey(db(), one.id, now())
      assert.equal(revoked.revokedAt, now())
      await assert.rejects(whoIs(one.secret), { code: 'key_invalid' })
      await whoIs(two.secret)
      await revokeKey(db(), (await listed(two.id)).prefix, now())
      await assert.rejects(whoIs(two.secret), { code: 'key_invalid' })
      nowMs += 5_000
      const again = await revokeKey(db(), (await listed(one.id)).prefix.replace('…', ''), now())
      assert.equal(again.revokedAt, revoked.revokedAt)
      for (const unknown of ['none', 'glk_', '', '…', '018f0000-0000-7000-8000-00000000dead'])
        await assert.rejects(revokeKey(db(), unknown, now()), { code: 'key_not_found' })
    })

    test('are listed, the newest first, without what would let somebody in', async () => {
      const { id, secret } = await make({ name: 'listed', roles: ['staff'], actorId: 'a' })
      const [first] = await listKeys(db())
      assert.deepEqual(
        { ...first, createdAt: 0, updatedAt: 0 },
        {
          id,
          createdAt: 0,
          updatedAt: 0,
          version: 1,
          name: 'listed',
          prefix: `${secret.slice(0, 10)}…`,
          roles: ['staff'],
          scopes: null,
          actorId: 'a',
          expiresAt: null,
          revokedAt: null,
          lastUsedAt: null,
        },
      )
      assert.ok(!JSON.stringify([await listKeys(db()), await revokeKey(db(), id, now())]).includes('hash'))
      const stored = JSON.stringify(
        await running.open.database.read({ text: 'select * from api_keys', parameters: [] }),
      )
      assert.ok(!stored.includes(secret.slice(10)))
    })

    test('tell when they were used last, to the minute', async () => {
      const { id, secret } = await make()
      const used = async () => {
        await whoIs(secret)
        for (let turn = 0; turn < 100 && (await listed(id)).lastUsedAt !== now(); turn += 1)
          await new Promise((done) => setTimeout(done, 2))
        return (await listed(id)).lastUsedAt
      }
      const first = now()
      assert.equal(await used(), first)
      nowMs += 59_999
      assert.equal(await used(), first)
      nowMs += 1
      assert.equal(await used(), now())
      assert.equal((await listed(id)).version, 3)
    })

    test('are reached by nobody through the API', async () => {
      for (const who of [running, running.as({ id: 'x', roles: ['manager'] })]) {
        const keys = (who.db as any)['api-keys'] // any: a collection of a feature
        for (const work of [
          () => keys.find(),
          () => keys.create({ name: 'x', prefix: 'x', hash: 'x', roles: [] }),
          () => keys.count(),
        ])
          await assert.rejects(work, (error: any) =>
            ['operation_forbidden', 'operation_sign_in_required'].includes(error.code),
          )
      }
    })
  })
}
