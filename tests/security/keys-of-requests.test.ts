import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { action, collection, defineApp, eq, everyone, signedIn, text } from 'galley'
import { type ActingAs, createTestApp, type TestApp } from 'galley/testing'
import { databases } from '../databases.ts'

const notes = collection('notes', {
  fields: { owner: text({ default: ({ actor }) => actor.id ?? 'nobody' }), text: text() },
  rules: {
    read: ({ row, actor }) => eq(row.owner as never, actor.id),
    create: signedIn(),
    update: ({ row, actor }) => eq(row.owner as never, actor.id),
  },
})
const shout = action('notes', 'shout', {
  on: 'collection',
  input: { text: text() },
  allow: everyone(),
  async run({ input, events }) {
    await events.add('notes.shouted', input)
  },
})
const diary = defineApp({ name: 'Diary', collections: [notes], actions: [shout] })

for (const { name, url } of databases) {
  describe(`an Idempotency-Key on ${name}`, () => {
    let app: TestApp
    let ada: ActingAs<any> // any: these tests speak HTTP
    let bob: ActingAs<any>
    before(async () => {
      app = await createTestApp(diary as never, { database: await url() } as object)
      ada = app.as({ id: 'ada' })
      bob = app.as({ id: 'bob' })
    })
    after(() => app.close())

    const post = async (who: ActingAs<any>, path: string, body: unknown, headers: Record<string, string>) => {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }
      const answer = await who.fetch(path, init)
      const text = await answer.text()
      return { status: answer.status, text, isReplay: answer.headers.get('idempotency-replayed') === 'true' }
    }
    const countOf = (where: object) => app.system.notes!.count(where as never)
    const storedEvents = async () => {
      const rows = await app.open.database.read({ text: 'select count(*) from galley_outbox', parameters: [] })
      return Number(rows[0]?.[0])
    }

    test('of one person brings nobody else the answer', async () => {
      const first = await post(ada, '/api/notes', { text: 'secret' }, { 'idempotency-key': 'k1' })
      const second = await post(bob, '/api/notes', { text: 'secret' }, { 'idempotency-key': 'k1' })
      assert.deepEqual([first.status, second.status, second.isReplay], [201, 201, false])
      assert.match(second.text, /"owner":"bob"/)
      assert.equal((await post(app, '/api/notes', { text: 'secret' }, { 'idempotency-key': 'k1' })).status, 401)
    })

    test('is good for one path and one body only', async () => {
      const headers = { 'idempotency-key': 'k2' }
      assert.equal((await post(ada, '/api/notes', { text: 'a' }, headers)).status, 201)
      assert.equal((await post(ada, '/api/notes', { text: 'b' }, headers)).status, 422)
      assert.equal((await post(ada, '/api/notes/shout', { text: 'a' }, headers)).status, 422)
      assert.equal(await countOf({ text: 'b' }), 0)
    })

    test('of a dry run is not used up by it, and the dry run leaves nothing behind', async () => {
      const headers = { 'idempotency-key': 'k3' }
      const dry = { ...headers, prefer: 'tx=rollback' }
      const before = await storedEvents()
      assert.equal((await post(ada, '/api/notes', { text: 'dry' }, dry)).status, 201)
      assert.equal((await post(ada, '/api/notes/shout', { text: 'dry' }, dry)).status, 204)
      assert.deepEqual([await countOf({ text: 'dry' }), await storedEvents()], [0, before])
      const real = await post(ada, '/api/notes', { text: 'dry' }, headers)
      assert.deepEqual([real.status, real.isReplay], [201, false])
      const after = await post(ada, '/api/notes', { text: 'dry' }, dry)
      assert.deepEqual([after.status, after.isReplay], [201, false])
      assert.equal(await countOf({ text: 'dry' }), 1)
    })

    test('that many requests bring at once lets one of them act', async () => {
      const headers = { 'idempotency-key': 'k4' }
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => post(ada, '/api/notes', { text: 'once' }, headers)),
      )
      assert.equal(answers.filter(({ status, isReplay }) => status === 201 && !isReplay).length, 1)
      for (const { status } of answers) assert.ok(status === 201 || status === 409, String(status))
      assert.equal(await countOf({ text: 'once' }), 1)
    })

    test('of a request that fails can be used again', async () => {
      const headers = { 'idempotency-key': 'k5' }
      assert.equal((await post(ada, '/api/notes', { text: 7 }, headers)).status, 400)
      assert.equal((await post(ada, '/api/notes', { text: 'seven' }, headers)).status, 201)
    })
  })
}
