import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { action, collection, defineApp, everyone, signedIn, text } from 'galley'
import { createTestApp, type TestApp } from 'galley/testing'
import { createKey } from '../../packages/server/src/features/keys/manage-keys.ts'
import { databases } from '../databases.ts'

const notes = collection('notes', { fields: { text: text() }, rules: { read: signedIn() } })
/** Holds a transaction, and with it the one writer of SQLite. */
const linger = action('notes', 'linger', {
  on: 'collection',
  allow: everyone(),
  async run() {
    await sleep(2_000)
  },
})
const diary = defineApp({ name: 'Diary', collections: [notes], actions: [linger] })

for (const { name, url } of databases) {
  describe(`an API key on ${name}`, () => {
    let app: TestApp
    before(async () => {
      app = await createTestApp(diary as never, { database: await url() } as object)
    })
    after(() => app.close())

    const asKey = async (path: string, secret: string) => {
      const answer = await app.fetch(path, { headers: { authorization: `Bearer ${secret}` } })
      return { status: answer.status, body: (await answer.json()) as any } // any: looked into below
    }
    const newKey = () => createKey(app.open.db, { name: 'k', roles: [] }, app.open.model)
    const lastUse = async (id: string) => ((await app.open.db['api-keys']!.get(id)) as any).lastUsedAt

    test('reads while somebody else holds the writer', async () => {
      const { secret } = await newKey()
      const lingering = app.fetch('/api/notes/linger', { method: 'POST' })
      await sleep(100)
      const startedAt = performance.now()
      assert.equal((await asKey('/api/notes', secret)).status, 200)
      assert.ok(performance.now() - startedAt < 1_000, `${performance.now() - startedAt} ms`)
      assert.equal((await lingering).status, 204)
    })

    test('that is used by many requests at once is noted once', async () => {
      const { id, secret } = await newKey()
      await Promise.all(Array.from({ length: 50 }, () => asKey('/api/notes', secret)))
      const deadline = Date.now() + 5_000
      while ((await lastUse(id)) === null && Date.now() < deadline) await sleep(10)
      assert.notEqual(await lastUse(id), null)
      await sleep(100)
      assert.equal(((await app.open.db['api-keys']!.get(id)) as any).version, 2)
    })
  })
}
