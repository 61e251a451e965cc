import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { action, collection, defineApp, everyone, text } from 'galley'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../databases.ts'

const notes = collection('notes', { fields: { text: text() } })
const secretive = action('notes', 'key', {
  on: 'collection',
  output: { key: text() },
  allow: everyone(),
  hasSecret: true,
  run: () => ({ key: 'only-now' }),
})

for (const { name, url } of databases) {
  describe(`an action whose answer holds a secret, on ${name}`, () => {
    let app: TestApp
    before(async () => {
      const declared = defineApp({ name: 'secrets', collections: [notes], actions: [secretive] })
      app = await createTestApp(declared, { database: await url() })
    })
    after(() => app.close())

    test('gives it once, also to whoever guesses the idempotency key, and keeps it nowhere', async () => {
      const ask = () => app.fetch('/api/notes/key', { method: 'POST', headers: { 'idempotency-key': '1' } })
      const first = await ask()
      assert.equal(first.status, 200)
      assert.match(first.headers.get('cache-control')!, /no-store/)
      assert.deepEqual(await first.json(), { key: 'only-now' })
      const again = await ask()
      assert.equal(again.status, 409)
      assert.match(await again.text(), /rest_answer_withheld/)
      const kept = await app.open.database.read({ text: 'select * from galley_receipts', parameters: [] })
      assert.equal(kept.length, 1)
      assert.ok(!JSON.stringify(kept).includes('only-now'))
    })
  })
}
