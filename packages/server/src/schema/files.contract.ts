import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import * as f from '../fields/index.ts'
import { collection } from '../model/collection.ts'
import type { Fields } from '../model/field.ts'
import type { Database } from '../ports/database.ts'
import { insertRecords, type MigrationPlace, modelOf, readRecords, withDatabase } from '../testing/migration-place.ts'
import { assertTables } from './changes.contract.ts'
import { readJournal } from './journal.ts'
import { adoptMigrations, applyMigrations, revertLast } from './migrate.ts'
import { parseMigration } from './migration-file.ts'
import { migrationFolder, readMigrations, saveMigration } from './migration-folder.ts'
import { describeStatus, migrationStatus } from './migration-status.ts'
import { planMigration } from './plan.ts'

const things = (fields: Fields) => modelOf(collection('things', { fields }))
const first = things({ name: f.text({ search: true }), price: f.integer() })
const second = things({ name: f.text({ search: true }), price: f.integer(), note: f.text({ optional: true }) })
const third = things({ name: f.text({ search: true }), note: f.text({ optional: true }) })

/** Proves that files are applied once, in order, whole, unchanged and only as far as they are allowed to. */
export function filesContract(place: MigrationPlace): void {
  const on = (name: string, test: (database: Database, folder: string) => Promise<void>) =>
    it(name, () =>
      withDatabase(place, async (database) => {
        const root = mkdtempSync(join(tmpdir(), 'galley-files-'))
        try {
          await test(database, migrationFolder(root, database.dialect.name))
        } finally {
          rmSync(root, { recursive: true })
        }
      }),
    )
  const save = async (database: Database, folder: string, model: typeof first) =>
    saveMigration(folder, await planMigration(database, model))
  const apply = async (database: Database, folder: string) => applyMigrations(database, await readMigrations(folder))
  const edit = (path: string, from: RegExp | string, to: string) =>
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))

  describe(`migration files on ${place.name}`, () => {
    on('are written from plans, applied once, and lead from empty to the model', async (database, folder) => {
      const path = await save(database, folder, first)
      assert.match(path, /0001-creates-table-things-and-more\.sql$/)
      assert.deepEqual(
        (await apply(database, folder)).map((entry) => entry.name),
        ['0001-creates-table-things-and-more'],
      )
      await assertTables(database, first)
      await insertRecords(database, first, 'things', [{ name: 'tea', price: 3 }])
      await save(database, folder, second)
      assert.equal((await apply(database, folder)).length, 1)
      assert.equal((await apply(database, folder)).length, 0)
      await assertTables(database, second)
      assert.deepEqual(await readRecords(database, second, 'things'), [{ name: 'tea', price: 3, note: null }])
      const journal = await readJournal(database)
      assert.deepEqual(
        journal.map(({ position, kind }) => [position, kind]),
        [
          [1, 'file'],
          [2, 'file'],
        ],
      )
      assert.ok(journal.at(-1)!.tables.includes('things'))
    })

    on('that lose data are not run until a person allows it', async (database, folder) => {
      await save(database, folder, first)
      await apply(database, folder)
      await insertRecords(database, first, 'things', [{ name: 'tea', price: 3 }])
      const path = await save(database, folder, third)
      const refused = { code: 'schema_loses_data', message: /drops column price of things: its 1 value is lost/ }
      await assert.rejects(apply(database, folder), refused)
      assert.deepEqual(await readRecords(database, first, 'things'), [{ name: 'tea', price: 3 }])
      edit(path, /^-- allow: nothing\n/m, '')
      await assert.rejects(apply(database, folder), refused)
      edit(path, '--\n', '--\n-- allow: data loss\n')
      await apply(database, folder)
      await assertTables(database, third)
      assert.deepEqual(await readRecords(database, third, 'things'), [{ name: 'tea', note: null }])
    })

    on('are not begun when a later one is not allowed', async (database, folder) => {
      await save(database, folder, first)
      const files = await readMigrations(folder)
      const lossy = parseMigration('0002-drop', '-- loses data  everything\n-- up\ndrop table things;')
      await assert.rejects(applyMigrations(database, [...files, lossy]), { code: 'schema_loses_data' })
      assert.deepEqual(await readJournal(database), [])
    })

    on('are kept whole or not at all', async (database, folder) => {
      await save(database, folder, first)
      await apply(database, folder)
      const broken = parseMigration('0002-broken', '-- up\ncreate table half (id integer);\nselect * from nowhere;')
      const files = [...(await readMigrations(folder)), broken]
      const failed = { code: 'schema_failed', message: /^The migration 0002-broken failed, .*nowhere/ }
      await assert.rejects(applyMigrations(database, files), failed)
      assert.deepEqual(await database.readTables(['half']), [])
      assert.equal((await readJournal(database)).length, 1)
      assert.equal((await planMigration(database, first)).isEmpty, true)
    })

    on('that break a foreign key are undone', async (database) => {
      const model = modelOf(
        collection('shelves', { fields: { name: f.text() } }),
        collection('books', { fields: { shelf: f.reference('shelves') } }),
      )
      const folder = mkdtempSync(join(tmpdir(), 'galley-files-'))
      await save(database, folder, model)
      await apply(database, folder)
      const [shelf] = await insertRecords(database, model, 'shelves', [{ name: 'top' }])
      await insertRecords(database, model, 'books', [{ shelf }])
      const broken = parseMigration('0002-broken', '-- up\ndelete from shelves;')
      await assert.rejects(applyMigrations(database, [...(await readMigrations(folder)), broken]), {
        code: 'schema_failed',
        message: /foreign key|foreignKey/,
      })
      assert.equal((await readRecords(database, model, 'shelves')).length, 1)
      rmSync(folder, { recursive: true })
    })

    on('that were applied must stay as they were', async (database, folder) => {
      const path = await save(database, folder, first)
      await apply(database, folder)
      edit(path, '-- Galley migration', '-- Our own words:')
      edit(path, /\n/g, '\r\n')
      assert.deepEqual(await apply(database, folder), [])
      edit(path, '-- up', '-- up\nselect 1;')
      await assert.rejects(apply(database, folder), { code: 'schema_changed_file', message: /was changed after/ })
      const status = await migrationStatus(database, first, await readMigrations(folder))
      assert.match(status.problem ?? '', /was changed after/)
      assert.equal(status.isUpToDate, false)
      rmSync(path)
      await assert.rejects(apply(database, folder), { code: 'schema_missing_file', message: /file is missing/ })
    })

    on('are refused out of order', async (database, folder) => {
      await save(database, folder, first)
      await apply(database, folder)
      await save(database, folder, second)
      await apply(database, folder)
      const late = parseMigration('0001-late', '-- up\nselect 1;')
      await assert.rejects(applyMigrations(database, [late, ...(await readMigrations(folder))]), {
        code: 'schema_out_of_order',
        message:
          'The migration 0001-late would come before 0002-adds-column-note-to-things, which has been applied. Give it a higher number.',
      })
    })

    on('written by hand make tables that are known from then on', async (database) => {
      const { dialect } = database
      const plan = await planMigration(database, first)
      const byHand = parseMigration('0001-by-hand', `-- up\n${plan.up.map((statement) => `${statement};`).join('\n')}`)
      await applyMigrations(database, [byHand])
      assert.equal((await planMigration(database, first)).isEmpty, true)
      const dropped = await planMigration(database, modelOf(collection('others', { fields: {} })))
      assert.deepEqual(dropped.losses, ['drops table things: no rows are lost'], dialect.name)
      await assert.rejects(revertLast(database, { allowDataLoss: true }), { code: 'schema_irreversible' })
    })

    on('are undone from the last to the first, and can be applied again', async (database, folder) => {
      await save(database, folder, first)
      await apply(database, folder)
      await insertRecords(database, first, 'things', [{ name: 'tea', price: 3 }])
      await save(database, folder, second)
      await apply(database, folder)
      await assert.rejects(revertLast(database), {
        code: 'schema_down_loses_data',
        message: /drops column note of things/,
      })
      await revertLast(database, { allowDataLoss: true })
      await assertTables(database, first)
      assert.deepEqual(await readRecords(database, first, 'things'), [{ name: 'tea', price: 3 }])
      await revertLast(database, { allowDataLoss: true })
      assert.deepEqual(await database.readTables(['things', 'galley_settings']), [])
      await assert.rejects(revertLast(database), { code: 'schema_nothing_to_revert' })
      assert.equal((await apply(database, folder)).length, 2)
      await assertTables(database, second)
    })

    on('tell where the database stands', async (database, folder) => {
      const path = await save(database, folder, first)
      const before = await migrationStatus(database, first, await readMigrations(folder))
      assert.equal(before.isUpToDate, false)
      assert.match(
        describeStatus(before),
        /Applied: nothing yet\.\nTo be applied:\n {2}0001-creates-table-things-and-more\n/,
      )
      await apply(database, folder)
      const files = await readMigrations(folder)
      const done = await migrationStatus(database, first, files)
      assert.equal(done.isUpToDate, true)
      assert.match(describeStatus(done), /The database is what the declarations say\.$/)
      const behind = await migrationStatus(database, second, files)
      assert.equal(behind.isUpToDate, false)
      assert.match(describeStatus(behind), /\n {2}safe {2}adds column note to things$/)
      assert.match(readFileSync(path, 'utf8'), /^-- Galley migration 0001-/)
    })

    on('can be marked as applied where the database is what they make of it', async (database, folder) => {
      await save(database, folder, first)
      const files = await readMigrations(folder)
      await assert.rejects(adoptMigrations(database, first, files), { code: 'schema_not_equal' })
      const byHand = parseMigration(
        '0001-by-hand',
        (await planMigration(database, first)).up.join(';\n').replace(/^/, '-- up\n'),
      )
      await applyMigrations(database, [byHand])
      const other = parseMigration('0002-other', '-- up\nthis is never run;')
      assert.equal((await adoptMigrations(database, first, [byHand, other])).length, 1)
      assert.deepEqual(await applyMigrations(database, [byHand, other]), [])
    })
  })
}
