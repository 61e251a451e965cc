import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import {
  collection,
  defineApp,
  eq,
  everyone,
  integer,
  many,
  or,
  reference,
  role,
  text,
} from '../../packages/server/src/index.ts'
import { createTestApp } from '../../packages/server/src/testing/index.ts'

const everybody = { create: everyone(), update: everyone(), delete: everyone() }
const makers = collection('makers', {
  fields: { name: text({ max: 20 }), cups: many('cups') },
  rules: { read: everyone(), ...everybody },
})
const cups = collection('cups', {
  fields: {
    name: text({ max: 20 }),
    size: integer(),
    maker: reference('makers', { optional: true, onDelete: 'setNull' }),
  },
  rules: { read: ({ row }) => or(eq(row.size, 1), role('staff')), ...everybody },
})
const declared = defineApp({
  name: 'tags',
  collections: [makers, cups],
  roles: { staff: {} },
  settings: { rateLimit: false },
})

const folder = mkdtempSync(join(tmpdir(), 'galley-tags-'))
const database = `sqlite:${join(folder, 'tags.db')}`
const app = await createTestApp(declared as never, { database })
const neighbour = await createTestApp(declared as never, { database })
after(async () => {
  await app.close()
  await neighbour.close()
  rmSync(folder, { recursive: true })
})

const lists = [
  '/api/cups',
  '/api/cups?expand=maker&sort=name',
  '/api/makers?expand=cups(limit:3)',
  '/api/cups?filter[maker.name][eq]=a&count=exact',
]
const readers = [app, app.as({ id: 'eva', roles: ['staff'] })]

test('the tag of a list is that of its text, whoever changed what in between', { timeout: 60_000 }, async () => {
  const letter = fc.constantFrom('a', 'b')
  const number = fc.integer({ min: 0, max: 3 })
  const step = fc.record({
    kind: fc.constantFrom('cup', 'maker', 'size', 'rename', 'remove', 'nothing'),
    name: letter,
    number,
    isNeighbour: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      for (const { kind, name, number, isNeighbour } of steps) {
        await change(kind, name, number, (isNeighbour ? neighbour : app).open.db)
        for (const reader of readers) for (const path of lists) await requireOwnTag(reader, path)
      }
    }),
    { numRuns: 12 },
  )
})

async function requireOwnTag(reader: Pick<typeof app, 'fetch'>, path: string): Promise<void> {
  const answer = await reader.fetch(path)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('etag'), `"${hash('sha256', await answer.text(), 'base64url')}"`)
}

async function change(kind: string, name: string, number: number, db: any): Promise<void> {
  // any: the collections of this file
  const maker = (await db.makers.find({ limit: 5 })).data[number]
  const cup = (await db.cups.find({ limit: 5 })).data[number]
  if (kind === 'maker') await db.makers.create({ name })
  if (kind === 'cup') await db.cups.create({ name, size: number, maker: maker?.id ?? null })
  if (kind === 'size' && cup !== undefined) await db.cups.update(cup.id, { size: number })
  if (kind === 'rename' && maker !== undefined) await db.makers.update(maker.id, { name })
  if (kind === 'remove' && maker !== undefined) await db.makers.delete(maker.id)
}

test('lists between which nothing changed are known to be the same', async () => {
  const { operations, db } = app.open as any // any: the collections of this file
  const context = { actor: { kind: 'system', id: null, roles: [] }, now: new Date().toISOString(), requestId: 'test' }
  const query = Object.freeze({ expand: Object.freeze({ maker: {} }) })
  const read = async () => (await operations.find(context, 'cups', query)).sameness
  const maker = await db.makers.create({ name: 'm' })
  const first = await read()
  assert.ok(first !== undefined)
  assert.equal(await read(), first)
  await db.makers.update(maker.id, { name: 'n' })
  const second = await read()
  assert.notEqual(second, first)
  await (neighbour.open as any).db.cups.create({ name: 'c', size: 1, maker: maker.id }) // any: the same
  assert.notEqual(await read(), second)
})
