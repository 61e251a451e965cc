import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as f from '../fields/index.ts'
import { collection } from '../model/collection.ts'
import type { Fields } from '../model/field.ts'
import type { Database } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import { insertRecords, type MigrationPlace, modelOf, readRecords, withDatabase } from '../testing/migration-place.ts'
import { assertTables } from './changes.contract.ts'
import { describePlan } from './describe-plan.ts'
import { ensureSchema } from './ensure-schema.ts'
import { readJournal } from './journal.ts'
import { applyMigrations, applyPlan, revertLast } from './migrate.ts'
import { parseMigration } from './migration-file.ts'
import { planMigration } from './plan.ts'

const things = (fields: Fields) => modelOf(collection('things', { fields }))
const named = things({ name: f.text() })

/** Proves what a start does, what it asks and what it refuses. */
export function startContract(place: MigrationPlace): void {
  const on = (name: string, test: (database: Database) => Promise<void>) => it(name, () => withDatabase(place, test))

  describe(`a start on ${place.name}`, () => {
    on('fills an empty database in either mode, and costs one read from then on', async (database) => {
      const created = await ensureSchema(database, named, 'refuse')
      assert.equal(created.isNew, true)
      await assertTables(database, named)
      const counting = countReads(database)
      const again = await ensureSchema(counting.database, named, 'refuse')
      assert.deepEqual(
        Object.entries(again).filter(([, value]) => value),
        [],
      )
      assert.equal(counting.reads(), 1)
    })

    on('counts the files of a new database as applied', async (database) => {
      const files = [parseMigration('0001-then', '-- up\nthis is never run;')]
      await ensureSchema(database, named, 'refuse', { files })
      assert.deepEqual(await applyMigrations(database, files), [])
    })

    on('is refused when the database is behind, and says what to do', async (database) => {
      await ensureSchema(database, named, 'refuse')
      const later = things({ name: f.text(), note: f.text({ optional: true }) })
      await assert.rejects(ensureSchema(database, later, 'refuse'), {
        code: 'schema_behind',
        message: /\n {2}safe {2}adds column note to things\nRun `galley migrate plan`/,
      })
      await assertTables(database, named)
    })

    on('knows nothing by heart after a migration or its undoing', async (database) => {
      await ensureSchema(database, named, 'refuse')
      const later = things({ name: f.text(), note: f.text({ optional: true }) })
      await ensureSchema(database, later, 'safe')
      await ensureSchema(database, later, 'refuse')
      await revertLast(database, { allowDataLoss: true })
      await assert.rejects(ensureSchema(database, later, 'refuse'), { code: 'schema_behind' })
      assert.equal((await ensureSchema(database, named, 'refuse')).applied, undefined)
    })

    on('does what is safe and leaves the rest, with all values kept', async (database) => {
      const before = things({ name: f.text(), price: f.integer(), code: f.text() })
      await ensureSchema(database, before, 'refuse')
      await insertRecords(database, before, 'things', [{ name: 'tea', price: 3, code: '7' }])
      const after = things({ name: f.text(), code: f.integer(), note: f.text({ optional: true }) })
      const started = await ensureSchema(database, after, 'safe')
      assert.deepEqual(started.applied?.losses, [])
      assert.match(started.pendingChanges ?? '', /drops column price of things: its 1 value is lost/)
      assert.match(started.pendingChanges ?? '', /changes column code of things from text/)
      const now = things({
        name: f.text(),
        price: f.integer({ optional: true }),
        code: f.text(),
        note: f.text({ optional: true }),
      })
      await assertTables(database, now)
      assert.deepEqual(await readRecords(database, now, 'things'), [{ name: 'tea', price: 3, code: '7', note: null }])
      assert.equal((await ensureSchema(database, after, 'safe')).applied, undefined)
      await insertRecords(database, things({ name: f.text(), code: f.text() }), 'things', [
        { name: 'water', code: '1' },
      ])
      await applyPlan(database, await planMigration(database, after), { allowDataLoss: true })
      await assertTables(database, after)
    })

    on('with a required field asks for a default when there are records', async (database) => {
      await ensureSchema(database, named, 'refuse')
      const priced = things({ name: f.text(), price: f.integer() })
      assert.equal((await planMigration(database, priced)).isSafe, true)
      await insertRecords(database, named, 'things', [{ name: 'tea' }, { name: 'water' }])
      const plan = await planMigration(database, priced)
      assert.deepEqual(plan.problems, [
        'things.price is required, but 2 records have no value for it. Give the field a default that is a value, or make it optional until every record has one.',
      ])
      await assert.rejects(applyPlan(database, plan), { code: 'schema_has_problems' })
      const started = await ensureSchema(database, priced, 'safe')
      assert.match(started.pendingChanges ?? '', /In the way:\n {2}things\.price is required/)
      await assertTables(database, named)
    })

    on('finds nulls, repeated values and references that lead nowhere before they hurt', async (database) => {
      const before = modelOf(
        collection('things', {
          fields: {
            note: f.text({ optional: true }),
            slug: f.text({ optional: true }),
            other: f.reference('others', { optional: true }),
          },
        }),
        collection('others', { fields: {} }),
        collection('people', { fields: {} }),
      )
      const after = modelOf(
        collection('things', {
          fields: {
            note: f.text(),
            slug: f.text({ optional: true, max: 50, unique: true }),
            other: f.reference('people', { optional: true }),
          },
        }),
        collection('others', { fields: {} }),
        collection('people', { fields: {} }),
      )
      await ensureSchema(database, before, 'refuse')
      const [other] = await insertRecords(database, before, 'others', [{}])
      const slugs = ['a', 'a', 'b', null, null]
      await insertRecords(
        database,
        before,
        'things',
        slugs.map((slug) => ({ slug, other, note: slug })),
      )
      const plan = await planMigration(database, after)
      assert.deepEqual(plan.problems, [
        'things.note is required, but 2 records have no value for it. Give the field a default that is a value, or make it optional until every record has one.',
        'things.slug is to be unique, but 1 value occurs more than once. Change those records first.',
        'things.other is to refer to people, but 5 records have a value that is no id there. Change or clear them first.',
      ])
      await ensureSchema(database, after, 'safe')
      assert.equal((await readRecords(database, before, 'things')).length, 5)
      await database.transaction(async (tx) =>
        tx.script(
          `delete from things where slug is null; update things set other_id = null; update things set slug = null where slug = 'a'`,
        ),
      )
      assert.equal((await ensureSchema(database, after, 'safe')).pending, undefined)
      await assertTables(database, after)
    })

    on('makes a field unique in the same start that gives it a new type and a default', async (database) => {
      const before = things({ on: f.date({ optional: true }) })
      await ensureSchema(database, before, 'refuse')
      await insertRecords(database, before, 'things', [{ on: '2026-03-10' }, {}])
      const fields = { on: f.text({ default: 'never' }) }
      const after = modelOf(collection('things', { fields, indexes: [{ fields: ['on'], unique: true }] }))
      assert.equal((await ensureSchema(database, after, 'safe')).pending, undefined)
      await assertTables(database, after)
      assert.equal((await ensureSchema(database, after, 'safe')).applied, undefined)
    })

    on('asks whether a new field is an old one, and does not guess', async (database) => {
      const before = things({ title: f.text(), cost: f.money(), author: f.text() })
      await ensureSchema(database, before, 'refuse')
      await insertRecords(database, before, 'things', [
        { title: 'tea', cost: { amount: 1, currency: 'EUR' }, author: 'x' },
      ])
      const after = things({ name: f.text({ optional: true }), price: f.money({ optional: true }), author: f.text() })
      const plan = await planMigration(database, after)
      assert.deepEqual(plan.questions, [
        "Is things.name new, or the new name of title (then write renamedFrom: 'title')? As it stands, title is dropped with 1 value.",
        "Is things.price new, or the new name of cost (then write renamedFrom: 'cost')? As it stands, cost is dropped with 1 value.",
      ])
      assert.equal(plan.isSafe, false)
      assert.match(describePlan(plan), /Questions:\n {2}Is things\.name new/)
      await ensureSchema(database, after, 'safe')
      const answered = things({
        name: f.text({ renamedFrom: 'title' }),
        price: f.money({ renamedFrom: 'cost' }),
        author: f.text(),
      })
      assert.equal((await ensureSchema(database, answered, 'safe')).pending, undefined)
      await assertTables(database, answered)
      assert.deepEqual(await readRecords(database, answered, 'things'), [
        { name: 'tea', price: { amount: 1, currency: 'EUR' }, author: 'x' },
      ])
      await ensureSchema(database, answered, 'refuse')
    })

    on('asks whether a new collection or link is an old one', async (database) => {
      const shop = (name: string, link: string) =>
        modelOf(
          collection(name, { fields: { title: f.text(), [link]: f.manyToMany('tags') } }),
          collection('tags', { fields: {} }),
        )
      await ensureSchema(database, shop('order-items', 'tags'), 'refuse')
      const renamed = await planMigration(database, shop('lines', 'tags'))
      assert.match(
        renamed.questions.join('\n'),
        /Is lines new, or the new name of order-items \(then write renamedFrom: 'order-items'\)/,
      )
      const relinked = await planMigration(database, shop('order-items', 'oldLabels'))
      assert.match(relinked.questions.join('\n'), /Is order-items\.oldLabels new, or the new name of tags \(/)
      await ensureSchema(database, shop('lines', 'tags'), 'safe')
      assert.deepEqual(await database.readTables(['lines']), [])
    })

    on('stops when a value cannot be converted, and keeps everything', async (database) => {
      const before = things({ count: f.text() })
      await ensureSchema(database, before, 'refuse')
      await insertRecords(database, before, 'things', [{ count: 'many' }])
      const plan = await planMigration(database, things({ count: f.integer() }))
      await assert.rejects(applyPlan(database, plan), { code: 'schema_plan_loses_data' })
      await assert.rejects(applyPlan(database, plan, { allowDataLoss: true }), { code: 'schema_failed' })
      assert.deepEqual(await readRecords(database, before, 'things'), [{ count: 'many' }])
      assert.equal((await planMigration(database, before)).isEmpty, true)
      assert.equal((await readJournal(database)).length, 1)
    })

    on('brings a dropped required field back empty and optional, not with a made-up value', async (database) => {
      const before = things({ name: f.text(), price: f.integer() })
      await ensureSchema(database, before, 'refuse')
      await insertRecords(database, before, 'things', [{ name: 'tea', price: 3 }])
      await applyPlan(database, await planMigration(database, named), { allowDataLoss: true })
      await revertLast(database, { allowDataLoss: true })
      const restored = things({ name: f.text(), price: f.integer({ optional: true }) })
      await assertTables(database, restored)
      assert.deepEqual(await readRecords(database, restored, 'things'), [{ name: 'tea', price: null }])
      assert.match(
        (await planMigration(database, before)).problems.join(),
        /things\.price is required, but 1 record has/,
      )
    })

    on('can be reached again after everything was undone', async (database) => {
      await ensureSchema(database, named, 'refuse')
      await revertLast(database, { allowDataLoss: true })
      assert.equal((await ensureSchema(database, named, 'refuse')).isNew, true)
      await assertTables(database, named)
    })

    on('builds an index anew that has other columns under the same name', async (database) => {
      const indexed = modelOf(collection('things', { fields: { name: f.text() }, indexes: [['name']] }))
      await ensureSchema(database, indexed, 'refuse')
      const without = parseMigration(
        '0001-without-id',
        '-- up\ndrop index things_name_idx;\ncreate index things_name_idx on things (name);',
      )
      await applyMigrations(database, [without])
      await assert.rejects(ensureSchema(database, indexed, 'refuse', { files: [without] }), {
        message: /safe {3}removes the index on things \(name\)\n {2}locks {2}adds an index on things \(name, id\)/,
      })
      await ensureSchema(database, indexed, 'safe', { files: [without] })
      await assertTables(database, indexed)
    })

    on('leaves settings of others in place', async (database) => {
      await ensureSchema(database, named, 'refuse')
      const { dialect } = database
      const value = dialect.cast({ kind: 'json' }, sql`${'"x"'}`)
      await database.transaction(async (tx) => {
        await tx.execute(dialect.compile(sql`insert into galley_settings (key, value) values ('secret', ${value})`))
      })
      await ensureSchema(database, things({ name: f.text(), note: f.text({ optional: true }) }), 'safe')
      const rows = await database.read(dialect.compile(sql`select key from galley_settings order by key`))
      assert.deepEqual(
        rows.map(([key]) => key),
        ['schema', 'secret'],
      )
    })
  })
}

function countReads(database: Database): { readonly database: Database; reads(): number } {
  let reads = 0
  const counted =
    <T extends readonly unknown[], R>(run: (...args: T) => R) =>
    (...args: T) => {
      reads += 1
      return run(...args)
    }
  return {
    reads: () => reads,
    database: {
      dialect: database.dialect,
      read: counted((statement) => database.read(statement)),
      readTables: counted((names) => database.readTables(names)),
      transaction: counted((work, options) => database.transaction(work, options)) as Database['transaction'],
      ping: counted(() => database.ping()),
      close: () => database.close(),
    },
  }
}
