import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as f from '../fields/index.ts'
import { collection } from '../model/collection.ts'
import { sql } from '../ports/sql.ts'
import { insertRecords, type MigrationPlace, modelOf, readRecords, withDatabase } from '../testing/migration-place.ts'
import { assertTables } from './changes.contract.ts'
import { ensureSchema } from './ensure-schema.ts'
import { applyPlan, revertLast } from './migrate.ts'
import { planMigration } from './plan.ts'

/** Proves what happens to whole collections and to those that refer to them. */
export function collectionsContract(place: MigrationPlace): void {
  const on = (name: string, test: Parameters<typeof withDatabase>[1]) => it(name, () => withDatabase(place, test))

  describe(`collections on ${place.name}`, () => {
    on('that refer to each other in a circle are created, and dropped', async (database) => {
      const model = modelOf(
        collection('users', { fields: { boss: f.reference('users', { optional: true }), team: f.reference('teams') } }),
        collection('teams', { fields: { lead: f.reference('users', { optional: true, onDelete: 'setNull' }) } }),
      )
      await ensureSchema(database, model, 'refuse')
      await assertTables(database, model)
      const [team] = await insertRecords(database, model, 'teams', [{}])
      await insertRecords(database, model, 'users', [{ team }])
      await assert.rejects(insertRecords(database, model, 'users', [{ team: '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b' }]))

      const nothing = modelOf(collection('others', { fields: { name: f.text() } }))
      const plan = await planMigration(database, nothing)
      assert.deepEqual(plan.losses, ['drops table users: its 1 row is lost', 'drops table teams: its 1 row is lost'])
      await applyPlan(database, plan, { allowDataLoss: true })
      await assertTables(database, nothing)
      assert.deepEqual(await database.readTables(['users', 'teams']), [])
      await revertLast(database, { allowDataLoss: true })
      await assertTables(database, model)
    })

    on('are renamed, and references, links and records follow', async (database) => {
      const before = modelOf(
        collection('items', { fields: { name: f.text({ search: true, unique: true }), tags: f.manyToMany('tags') } }),
        collection('tags', { fields: { label: f.text() } }),
        collection('reviews', { fields: { item: f.reference('items') } }),
      )
      const after = modelOf(
        collection('products', {
          renamedFrom: 'items',
          fields: {
            name: f.text({ search: true, unique: true }),
            labels: f.manyToMany('tags', { renamedFrom: 'tags' }),
          },
        }),
        collection('tags', { fields: { label: f.text() } }),
        collection('reviews', { fields: { product: f.reference('products', { renamedFrom: 'item' }) } }),
        collection('items', { fields: { name: f.text({ search: true, unique: true }) } }),
      )
      await ensureSchema(database, before, 'refuse')
      const [item] = await insertRecords(database, before, 'items', [{ name: 'tea' }])
      const [tag] = await insertRecords(database, before, 'tags', [{ label: 'hot' }])
      await insertRecords(database, before, 'reviews', [{ item }])
      const { dialect } = database
      const id = { kind: 'id' } as const
      const pair = sql`${dialect.cast(id, sql`${item}`)}, ${dialect.cast(id, sql`${tag}`)}`
      await database.transaction(async (tx) => {
        await tx.execute(dialect.compile(sql`insert into items_tags (source_id, target_id) values (${pair})`))
      })

      const plan = await planMigration(database, after)
      assert.deepEqual([plan.losses, plan.problems, plan.questions], [[], [], []])
      await applyPlan(database, plan)
      await assertTables(database, after)
      assert.deepEqual(await readRecords(database, after, 'products'), [{ name: 'tea' }])
      assert.deepEqual(await readRecords(database, after, 'reviews'), [{ product: item }])
      assert.deepEqual(await database.read(dialect.compile(sql`select source_id, target_id from products_labels`)), [
        [item, tag],
      ])
      await insertRecords(database, after, 'items', [{ name: 'a new one' }])

      await revertLast(database, { allowDataLoss: true })
      await assertTables(database, before)
      assert.deepEqual(await readRecords(database, before, 'reviews'), [{ item }])
    })

    on('keep the records that depend on them when they are changed', async (database) => {
      const shelves = (fields: Parameters<typeof collection>[1]['fields']) =>
        modelOf(
          collection('shelves', { fields }),
          collection('books', { fields: { shelf: f.reference('shelves', { onDelete: 'cascade' }) } }),
          collection('notes', { fields: { shelf: f.reference('shelves', { optional: true, onDelete: 'setNull' }) } }),
        )
      const [before, after] = [shelves({ size: f.integer() }), shelves({ size: f.text() })]
      await ensureSchema(database, before, 'refuse')
      const [shelf] = await insertRecords(database, before, 'shelves', [{ size: 3 }])
      for (const name of ['books', 'notes']) await insertRecords(database, before, name, [{ shelf }])
      await ensureSchema(database, after, 'safe')
      assert.deepEqual(await readRecords(database, after, 'shelves'), [{ size: '3' }])
      for (const name of ['books', 'notes']) assert.deepEqual(await readRecords(database, after, name), [{ shelf }])
      await database.transaction(async (tx) => tx.script('delete from shelves'))
      assert.deepEqual(await readRecords(database, after, 'books'), [])
      assert.deepEqual(await readRecords(database, after, 'notes'), [{ shelf: null }])
    })

    on('take the place of links of the same name', async (database) => {
      const links = modelOf(collection('posts', { fields: { tags: f.manyToMany('posts') } }))
      const both = modelOf(
        collection('posts', { fields: { name: f.text({ optional: true }) } }),
        collection('posts-tags', { fields: { post: f.reference('posts') } }),
      )
      await ensureSchema(database, links, 'refuse')
      await applyPlan(database, await planMigration(database, both), { allowDataLoss: true })
      await assertTables(database, both)
      await revertLast(database, { allowDataLoss: true })
      await assertTables(database, links)
    })

    on('lose an index name to another without a clash', async (database) => {
      const one = modelOf(collection('a', { fields: { bC: f.text() }, indexes: [['bC']] }))
      const other = modelOf(collection('a-b', { fields: { c: f.text() }, indexes: [['c']] }))
      const both = modelOf(
        collection('a', { fields: { bC: f.text() }, indexes: [['bC']] }),
        collection('a-b', { fields: { c: f.text() }, indexes: [['c']] }),
      )
      for (const model of [one, other, both, one]) {
        const plan = await planMigration(database, model)
        await applyPlan(database, plan, { allowDataLoss: true })
        await assertTables(database, model)
      }
    })

    on('leave the tables of other programs alone, and refuse to share a name', async (database) => {
      await database.transaction(async (tx) => tx.script('create table notes (id integer primary key)'))
      const theirs = modelOf(collection('notes', { fields: { name: f.text() } }))
      await assert.rejects(planMigration(database, theirs), { code: 'schema_foreign_table', message: /notes already/ })
      const ours = modelOf(collection('memos', { fields: { name: f.text() } }))
      await ensureSchema(database, ours, 'refuse')
      assert.equal((await planMigration(database, ours)).isEmpty, true)
      assert.equal((await database.readTables(['notes'])).length, 1)
    })
  })
}
