import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import * as f from '../fields/index.ts'
import { collection } from '../model/collection.ts'
import { migrationPlaces, modelOf, withDatabase } from '../testing/migration-place.ts'
import { ensureSchema } from './ensure-schema.ts'
import { parseMigration, scriptText, writeMigration } from './migration-file.ts'
import { readMigrations, saveMigration } from './migration-folder.ts'
import { type MigrationPlan, planMigration } from './plan.ts'

const [sqlite] = migrationPlaces
const before = modelOf(collection('things', { fields: { title: f.text({ search: true }), price: f.integer() } }))
const tricky = `it's; \n-- down\n-- up\r\n"quoted" /* not a comment`
const after = modelOf(
  collection('things', {
    fields: { name: f.text({ search: true, default: tricky }), size: f.integer({ optional: true }) },
  }),
)

async function withPlan(test: (plan: MigrationPlan) => void | Promise<void>): Promise<void> {
  await withDatabase(sqlite!, async (database) => {
    await ensureSchema(database, before, 'refuse')
    await test(await planMigration(database, after))
  })
}

describe('a migration file', () => {
  it('is read as it was written, whatever the statements contain', () =>
    withPlan((plan) => {
      const file = parseMigration('0002-test', writeMigration(plan, '0002-test'))
      assert.equal(file.up, scriptText(plan.up).replaceAll('\r\n', '\n'))
      assert.ok(file.down?.endsWith(scriptText(plan.down)))
      assert.deepEqual(file.losses, plan.losses)
      assert.deepEqual(file.tables, [...plan.tables].sort())
      assert.equal(file.allowsDataLoss, false)
      assert.equal(file.number, 2)
    }))

  it('says what it does, what it asks and what it loses, before the first statement', () =>
    withPlan((plan) => {
      const [head] = writeMigration(plan, '0002-test').split('\n\n-- up\n')
      assert.match(head!, /^-- Galley migration 0002-test, for sqlite\.\n--\n/)
      assert.match(head!, /\n-- {3}loses data +drops column price of things: no values are lost\n/)
      assert.match(head!, /\n-- Answer before this is applied:\n-- {3}Is things\.name new, or the new name of title/)
      assert.match(head!, /\n-- allow: nothing\n/)
    }))

  it('keeps its checksum when only comments in front or line ends change', () =>
    withPlan((plan) => {
      const text = writeMigration(plan, '0002-test')
      const { checksum } = parseMigration('0002-test', text)
      const checksumOf = (other: string) => parseMigration('0002-test', other).checksum
      assert.equal(checksumOf(`\uFEFF-- more words\n${text.replace(/\r?\n/g, '\r\n')}`), checksum)
      assert.notEqual(checksumOf(text.replace('drop trigger', 'drop  trigger')), checksum)
      assert.notEqual(checksumOf(text.slice(0, text.lastIndexOf('-- down'))), checksum)
    }))

  it('may be written by hand, without a way back', () => {
    const file = parseMigration('0007-fix-prices', '-- up\nupdate things set price = 1;\n')
    assert.equal(file.up, 'update things set price = 1;')
    assert.equal(file.down, undefined)
    assert.equal(parseMigration('0007-fix', '-- up\nx\n-- down\n').down, '')
  })

  it('allows data loss only in so many words', () => {
    const allows = (line: string) => parseMigration('0001-a', `${line}\n-- up\ndrop table a;`).allowsDataLoss
    assert.equal(allows('-- allow: data loss'), true)
    for (const line of ['-- allow: nothing', '-- allow:', '-- do not allow: data loss', '-- allow: data loss?']) {
      assert.equal(allows(line), false, line)
    }
  })

  it('that is none is refused with the reason', () => {
    const refused = (name: string, text: string) => {
      try {
        parseMigration(name, text)
        return undefined
      } catch (error) {
        return (error as Error).message
      }
    }
    assert.match(refused('init', '-- up') ?? '', /^The file init\.sql cannot be used: a migration is named like/)
    assert.match(refused('0001-a', 'select 1') ?? '', /it has no line `-- up`/)
    assert.match(refused('0001-a', '-- down\nx\n-- up\ny') ?? '', /`-- down` must come after/)
  })
})

describe('a folder of migrations', () => {
  const inFolder = async (test: (folder: string) => Promise<void>) => {
    const folder = mkdtempSync(join(tmpdir(), 'galley-folder-'))
    try {
      await test(folder)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  it('that is not there has none', async () => {
    assert.deepEqual(await readMigrations('/nowhere/at/all'), [])
  })

  it('numbers its files on', () =>
    inFolder((folder) =>
      withPlan(async (plan) => {
        assert.equal(await saveMigration(folder, plan, 'Première étape!'), join(folder, '0001-premiere-etape.sql'))
        writeFileSync(join(folder, '0009-x.sql'), '-- up\nselect 1;')
        writeFileSync(join(folder, 'README.md'), 'Ours.')
        assert.equal(await saveMigration(folder, plan, '???'), join(folder, '0010-change.sql'))
        assert.deepEqual(
          (await readMigrations(folder)).map((file) => file.number),
          [1, 9, 10],
        )
      }),
    ))

  it('refuses two files of one number', () =>
    inFolder(async (folder) => {
      for (const name of ['0001-a', '0001-b']) writeFileSync(join(folder, `${name}.sql`), '-- up\nselect 1;')
      await assert.rejects(readMigrations(folder), { code: 'schema_bad_file', message: /the same number/ })
    }))
})
