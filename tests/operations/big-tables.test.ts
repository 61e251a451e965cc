import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fillTables } from '../../packages/server/src/app/advise/fill-tables.ts'
import { madeUpFor, madeUpId } from '../../packages/server/src/app/advise/made-up-values.ts'
import { databaseFromUrl } from '../../packages/server/src/app/database-from-url.ts'
import { silentLog } from '../../packages/server/src/base/silent-log.ts'
import {
  choice,
  collection,
  defineApp,
  everyone,
  integer,
  many,
  manyToMany,
  ne,
  reference,
  text,
} from '../../packages/server/src/index.ts'
import { anonymous } from '../../packages/server/src/model/actor.ts'
import { compileModel } from '../../packages/server/src/model/compile-model.ts'
import { createOperations } from '../../packages/server/src/operations/create-operations.ts'
import type { Operations } from '../../packages/server/src/operations/operations.ts'
import { createRuntime } from '../../packages/server/src/operations/runtime.ts'
import type { Database, PlanStep, Statement } from '../../packages/server/src/ports/database.ts'
import { createUrlQueryReader } from '../../packages/server/src/protocols/rest/query-from-url.ts'
import { createCursorSigner } from '../../packages/server/src/query/cursor.ts'
import { databases } from '../databases.ts'

const read = everyone()
const model = compileModel(
  defineApp({
    name: 'big',
    collections: [
      collection('categories', { fields: { name: text(), products: many('products') }, rules: { read } }),
      collection('tags', { fields: { products: manyToMany('products') }, rules: { read } }),
      collection('products', {
        fields: {
          price: integer(),
          rating: integer({ optional: true }),
          status: choice(['draft', 'active', 'retired']),
          category: reference('categories'),
        },
        rules: { read },
        indexes: [['price'], ['rating'], ['category', 'price']],
      }),
      collection('reviews', {
        fields: { product: reference('products') },
        rules: { read: ({ row }) => ne(row.product.status, 'draft') },
      }),
    ],
  }),
)
const rows = 20_000
const rowCounts = new Map([
  ['categories', 10],
  ['tags', 10],
  ['products', rows],
  ['reviews', rows],
])
const madeUp = madeUpFor(model, rowCounts)
const category = madeUpId('categories', 4, madeUp)

for (const { name, url } of databases) {
  describe(`of ${rows} rows, ${name} reads no more than a page needs`, () => {
    const queries = createUrlQueryReader()
    const sent: Statement[] = []
    let database: Database
    let operations: Operations
    before(async () => {
      database = await databaseFromUrl(await url())
      await fillTables(madeUp, database, () => {})
      const recording: Database = {
        dialect: database.dialect,
        transaction: (work, options) => database.transaction(work, options),
        readTables: (names) => database.readTables(names),
        ping: () => database.ping(),
        close: () => database.close(),
        read(statement) {
          sent.push(statement)
          return database.read(statement)
        },
      }
      const signer = createCursorSigner(new Uint8Array(32))
      operations = createOperations(createRuntime({ model, database: recording, signer, log: silentLog }))
    })
    after(() => database.close())

    const ask = async (target: string, query: string): Promise<any> => {
      // any: JSON
      const context = { actor: anonymous, now: '2026-01-01T00:00:00.000Z', requestId: 'test' }
      return JSON.parse((await operations.find(context, target, queries.list(query))).json)
    }
    /** Follows a cursor from the middle, and looks at what the last statement does. */
    const assertShort = async (target: string, query: string, cursor?: 'next' | 'previous', page = 40) => {
      const from = cursor && (await ask(target, `${query}&limit=100&page=${page}`)).page[cursor]
      const place = from === undefined ? '' : `&${cursor === 'next' ? 'after' : 'before'}=${from}`
      assert.notEqual((await ask(target, query + place)).data.length, 0)
      const asking = database.dialect.explain(sent.at(-1)!)
      const found = await database.transaction(async (tx) => tx.query(asking))
      const steps = allSteps(database.dialect.planSteps(found))
      const told = steps.flatMap(({ rowsRead }) => rowsRead ?? [])
      const sum = told.reduce((total, count) => total + count, 0)
      assert.ok(sum < 400, `${sum} rows were read`)
      if (told.length > 0) return
      // SQLite does not tell: it must seek, and sort nothing but what it has gathered.
      const table = steps.filter(({ alias }) => alias === 't0')
      if (cursor !== undefined)
        assert.deepEqual(
          table.map(({ kind }) => kind).filter((kind) => kind !== 'search'),
          [],
        )
      for (const { inside } of [{ inside: database.dialect.planSteps(found) }, ...steps]) assertUnsorted(inside)
    }
    const assertUnsorted = (steps: readonly PlanStep[]) => {
      const isGathered = steps.some(({ kind, inside }) => kind === 'subquery' && inside.length > 0)
      if (steps.some(({ kind }) => kind === 'sort')) assert.ok(isGathered, 'all rows are sorted')
    }

    test('the rows of one reference, in the order of the ids, from any place on', async () => {
      const query = `filter[category][eq]=${category}`
      await assertShort('products', query)
      await assertShort('products', query, 'next', 10)
      await assertShort('products', query, 'previous', 10)
    })

    for (const sort of ['price', '-price', 'rating', '-rating', '-price,id']) {
      test(`sorted by ${sort}, from any place on`, async () => {
        await assertShort('products', `sort=${sort}`)
        for (const page of [10, 100, 190]) {
          await assertShort('products', `sort=${sort}`, 'next', page)
          await assertShort('products', `sort=${sort}`, 'previous', page)
        }
      })
    }

    test('the rows of one reference, sorted by what follows in the index', async () => {
      for (const sort of ['price', '-price'])
        await assertShort('products', `filter[category][eq]=${category}&sort=${sort}`, 'next', 10)
    })

    test('the first rows behind each record, in the order of an index', async () => {
      await assertShort('categories', 'expand=products(limit:5,sort:-price)')
    })

    // Its planner weighs both ways by the size of the tables; of a million rows it reads 48.
    const skip = name === 'postgres' && 'of 20 000 rows, PostgreSQL rather reads the whole table behind the reference'
    test('rows of which a status behind a reference is not something', { skip }, async () => {
      await assertShort('reviews', '')
    })
  })
}

function allSteps(steps: readonly PlanStep[]): readonly PlanStep[] {
  return steps.flatMap((step) => [step, ...allSteps(step.inside)])
}
