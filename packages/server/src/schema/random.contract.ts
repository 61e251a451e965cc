import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { GalleyError } from '../base/error.ts'
import type { Model } from '../model/model.ts'
import type { Database } from '../ports/database.ts'
import {
  insertRecords,
  type MigrationPlace,
  type Records,
  readRecords,
  withDatabase,
} from '../testing/migration-place.ts'
import {
  anyTwoModels,
  type ModelSpec,
  modelFromSpec,
  recordFromSpec,
  withoutRenames,
} from '../testing/model.arbitrary.ts'
import { assertTables } from './changes.contract.ts'
import { ensureSchema } from './ensure-schema.ts'
import { applyPlan, revertLast } from './migrate.ts'
import { planMigration } from './plan.ts'

/** Proves that from any model there is a way to any other, and what is true of all of them. */
export function randomContract(place: MigrationPlace, numRuns: number): void {
  const everywhere = (check: (database: Database, a: ModelSpec, b: ModelSpec) => Promise<void>) =>
    fc.assert(
      fc.asyncProperty(anyTwoModels(), ([a, b]) => withDatabase(place, (database) => check(database, a, b))),
      { numRuns },
    )

  describe(`any two models on ${place.name}`, () => {
    it('lead from one to the other, where nothing is left to do, and back', () =>
      everywhere(async (database, specA, specB) => {
        const [a, b] = [modelFromSpec(specA), modelFromSpec(specB)]
        await ensureSchema(database, a, 'refuse')
        await assertTables(database, a)
        const plan = await planMigration(database, b)
        assert.deepEqual(plan.problems, [])
        await applyPlan(database, plan, { allowDataLoss: true })
        await assertTables(database, b)
        const again = await planMigration(database, b)
        assert.deepEqual([again.up, again.problems, again.questions], [[], [], []])
        await ensureSchema(database, b, 'refuse')
        if (plan.isEmpty) return
        await revertLast(database, { allowDataLoss: true })
        const back = await planMigration(database, a)
        assert.equal(back.isSafe, true)
        await applyPlan(database, back)
        await assertTables(database, a)
      }))

    it('lead with records to the other, or leave everything as it was', () =>
      everywhere(async (database, specA, specB) => {
        const [a, b] = [modelFromSpec(specA), modelFromSpec(specB)]
        await fill(database, a, specA)
        const before = await contents(database, a)
        const plan = await planMigration(database, b)
        if (plan.problems.length > 0) return
        try {
          await applyPlan(database, plan, { allowDataLoss: true })
          await assertTables(database, b)
          for (const { name } of specB) await readRecords(database, b, name)
        } catch (error) {
          assert.ok(error instanceof GalleyError && error.code === 'schema_failed', error as Error)
          assert.ok(plan.losses.length > 0, 'only a conversion that is announced may fail')
          assert.deepEqual(await contents(database, a), before)
        }
      }))

    it('are brought together as far as nothing is lost', () =>
      everywhere(async (database, specA, specB) => {
        const [a, b] = [modelFromSpec(specA), modelFromSpec(withoutRenames(specB))]
        await fill(database, a, specA)
        const before = await valuesOf(database, a)
        await ensureSchema(database, b, 'safe')
        for (const [place, values] of await valuesOf(database, a)) assert.ok(values >= before.get(place)!, place)
        await assertSettled(database, b)
        const renaming = await planMigration(database, modelFromSpec(specB), { safeOnly: true })
        assert.deepEqual(renaming.losses, [])
        await applyPlan(database, renaming)
      }))
  })
}

/** What is left to do loses something, and a second start does not do more than the first. */
async function assertSettled(database: Database, model: Model): Promise<void> {
  const safe = await planMigration(database, model, { safeOnly: true })
  assert.deepEqual([safe.up, safe.losses], [[], []])
  assert.equal((await ensureSchema(database, model, 'safe')).applied, undefined)
}

async function fill(database: Database, model: Model, spec: ModelSpec): Promise<void> {
  await ensureSchema(database, model, 'refuse')
  for (const one of spec)
    await insertRecords(database, model, one.name, [recordFromSpec(one, 0), recordFromSpec(one, 1)])
}

async function contents(database: Database, model: Model): Promise<readonly Records[]> {
  const records: Records[] = []
  for (const name of model.collections.keys()) records.push(await readRecords(database, model, name))
  return records
}

/** How many values each column has. */
async function valuesOf(database: Database, model: Model): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const { table, fields } of model.collections.values()) {
    for (const { name } of [...fields.values()].flatMap((field) => field.columns)) {
      const [row] = await database.read({ text: `select count("${name}") from "${table}"`, parameters: [] })
      counts.set(`${table}.${name}`, Number(row![0]))
    }
  }
  return counts
}
