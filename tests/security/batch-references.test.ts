import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { collection, defineApp, everyone, json } from 'galley'
import { createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../databases.ts'

const notes = collection('notes', {
  fields: { content: json() },
  rules: { read: everyone(), create: everyone() },
})
const diary = defineApp({ name: 'Diary', collections: [notes] })

for (const { name, url } of databases) {
  describe(`references of a batch on ${name}`, () => {
    let app: TestApp
    before(async () => {
      app = await createTestApp(diary, { database: await url() } as object)
    })
    after(() => app.close())

    const batch = async (...contents: readonly unknown[]) => {
      const operations = contents.map((content, index) => ({
        operation: 'create',
        collection: 'notes',
        data: { content },
        ref: `n${index}`,
      }))
      const answer = await app.fetch('/api/batch', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ operations }),
      })
      return { status: answer.status, body: (await answer.json()) as any } // any: looked into below
    }

    test('a short body cannot stand for gigabytes', async () => {
      const startedAt = performance.now()
      const references = Array.from({ length: 40_000 }, () => ({ $ref: 'n0.content' }))
      const { status, body } = await batch({ text: 'x'.repeat(60_000) }, references)
      assert.equal(status, 400, body.code)
      assert.equal(body.errors[0].code, 'too_many_bytes')
      assert.match(body.errors[0].pointer, /^\/operations\/1\/data\/content\/17$/)
      assert.ok(performance.now() - startedAt < 2_000, `${performance.now() - startedAt} ms`)
    })

    test('results that double with each step are refused', async () => {
      const doubled = Array.from({ length: 60 }, (_, index) => [
        { $ref: `n${index}.content` },
        { $ref: `n${index}.content` },
      ])
      const { status } = await batch('x', ...doubled)
      assert.equal(status, 400)
    })

    test('what an earlier step gave can be used many times', async () => {
      const { status, body } = await batch(
        { of: 'me' },
        Array.from({ length: 100 }, () => ({ $ref: 'n0.content.of' })),
      )
      assert.equal(status, 200)
      assert.equal(body.results[1].content.length, 100)
    })

    for (const path of ['n0.__proto__', 'n0.constructor', 'n0.content.toString', 'toString', '__proto__', '', 7, null])
      test(`there is nothing at ${JSON.stringify(path)}`, async () => {
        const { body } = await batch({ a: 1 }, { $ref: path })
        assert.equal(body.errors[0].code, 'unknown_ref')
      })
  })
}
