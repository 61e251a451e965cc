import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import * as f from '../fields/index.ts'
import { collection } from '../model/collection.ts'
import type { Database } from '../ports/database.ts'
import { type MigrationPlace, modelOf } from '../testing/migration-place.ts'
import { assertTables } from './changes.contract.ts'
import { ensureSchema } from './ensure-schema.ts'
import { readJournal } from './journal.ts'
import { applyMigrations, applyPlan, revertLast } from './migrate.ts'
import { parseMigration } from './migration-file.ts'
import { planMigration } from './plan.ts'

const small = modelOf(collection('things', { fields: { name: f.text() } }))
const large = modelOf(collection('things', { fields: { name: f.text(), note: f.text({ optional: true }) } }))

/** Proves that processes which migrate at once do not come in each other's way, and that a dead one leaves nothing half done. */
export function parallelContract(place: MigrationPlace): void {
  const on = (name: string, test: (databases: readonly Database[], url: string) => Promise<void>) =>
    it(name, async () => {
      const { url, connect, remove } = await place.make()
      const databases = await Promise.all([connect(), connect(), connect()])
      try {
        await test(databases, url)
      } finally {
        await Promise.all(databases.map((database) => database.close()))
        remove()
      }
    })

  describe(`migrations at once on ${place.name}`, () => {
    on('fill an empty database once', async (databases) => {
      const started = await Promise.all(databases.map((database) => ensureSchema(database, small, 'refuse')))
      assert.equal(started.filter((one) => one.isNew).length, 1)
      const changed = await Promise.all(databases.map((database) => ensureSchema(database, large, 'safe')))
      assert.equal(changed.filter((one) => one.applied !== undefined).length, 1)
      assert.equal((await readJournal(databases[0]!)).length, 2)
      await assertTables(databases[1]!, large)
    })

    on('apply each file once', async (databases) => {
      await ensureSchema(databases[0]!, small, 'refuse')
      const numbers = Array.from({ length: 8 }, (_, index) => String(index + 1).padStart(4, '0'))
      const files = numbers.map((number) =>
        parseMigration(`${number}-step`, `-- up\ncreate table step_${number} (id integer);`),
      )
      const applied = await Promise.all(databases.map((database) => applyMigrations(database, files)))
      assert.deepEqual(
        applied
          .flat()
          .map((entry) => entry.name)
          .sort(),
        files.map((file) => file.name),
      )
      assert.deepEqual(
        (await readJournal(databases[0]!)).slice(1).map((entry) => entry.name),
        files.map((file) => file.name),
      )
    })

    on('refuse a plan that was made before another migration', async ([one, other]) => {
      await ensureSchema(one!, small, 'refuse')
      const plan = await planMigration(one!, large)
      await ensureSchema(other!, large, 'safe')
      await assert.rejects(applyPlan(one!, plan), { code: 'schema_moved' })
      await revertLast(other!, { allowDataLoss: true })
      await applyPlan(one!, plan)
      await assertTables(other!, large)
    })

    on(
      'are done once by whole processes, and those that died in the middle have done nothing',
      async (databases, url) => {
        const dead = await migrateInChild(url, 'dies')
        assert.equal(dead.signal, 'SIGKILL', dead.output)
        assert.deepEqual(await readJournal(databases[0]!), [])
        assert.deepEqual(await databases[0]!.readTables(['things', 'galley_settings']), [])
        const children = await Promise.all([1, 2, 3].map(() => migrateInChild(url, 'lives')))
        assert.deepEqual(children.map((child) => child.output).sort(), ['false', 'false', 'true'])
        assert.equal((await readJournal(databases[0]!)).length, 1)
        await assertTables(databases[0]!, small)
      },
    )
  })
}

interface ChildResult {
  readonly signal: NodeJS.Signals | null
  readonly output: string
}

/** A process of its own brings the database up to date and says whether it was new; one that dies does so before its commit. */
function migrateInChild(url: string, fate: 'lives' | 'dies'): Promise<ChildResult> {
  const program = `
    import { databaseFromUrl } from '${urlOf('../app/database-from-url.ts')}'
    import { text } from '${urlOf('../fields/index.ts')}'
    import { collection } from '${urlOf('../model/collection.ts')}'
    import { modelOf } from '${urlOf('../testing/migration-place.ts')}'
    import { ensureSchema } from '${urlOf('./ensure-schema.ts')}'
    const model = modelOf(collection('things', { fields: { name: text() } }))
    const database = await databaseFromUrl('${url}')
    const clock = { nowMs: () => ${fate === 'dies' ? `process.kill(process.pid, 'SIGKILL')` : 'Date.now()'} }
    const { isNew } = await ensureSchema(database, model, 'refuse', { clock })
    await database.close()
    process.stdout.write(String(isNew))`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  return new Promise((resolve) => child.once('close', (_code, signal) => resolve({ signal, output })))
}

function urlOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
