import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { databases } from '../../../../tests/databases.ts'
import {
  audit,
  collection,
  declareFor,
  defineApp,
  increment,
  integer,
  type Law,
  many,
  reference,
  system,
} from '../index.ts'
import { compileModel } from '../model/compile-model.ts'
import { createTestApp } from '../testing/index.ts'
import { type FoundViolation, runAudit } from './run-audit.ts'

const jars = collection('jars', { fields: { beans: integer(), moves: many('moves') } })
const moves = collection('moves', { fields: { jar: reference('jars'), beans: integer() } })
const collections = [jars, moves] as const
const { law } = declareFor(collections)
const sentence = 'A jar holds what was moved into it'

const beansAddUp = law('jars', sentence, async ({ records, db }) => {
  const found = []
  for (const { id, beans } of records) {
    const { data } = await db.moves.find({ where: { jar: id }, limit: 1_000 })
    const moved = data.reduce((sum, move) => sum + move.beans, 0)
    if (moved !== beans) found.push({ record: id, message: `it holds ${beans}, moved were ${moved}`, rows: data })
  }
  return found
})
const beansAudit = audit('beans', { laws: [beansAddUp] })
const app = defineApp({ name: 'jars', collections, audits: [beansAudit] })

for (const { name, url } of databases) {
  describe(`an audit on ${name}`, () => {
    test('tells each record that breaks a law, with its rows, and no other, over many pages', async () => {
      const { system: db, open, close } = await createTestApp(app, { database: await url() })
      const made = await open.operations.transact(asSystem(), async (effects) => {
        const ids: string[] = []
        for (let number = 0; number < 1_101; number += 1)
          ids.push((await effects.db.jars!.create({ beans: 0 })).id as string)
        return ids
      })
      const wrong = [made[0]!, made[700]!, made[1_100]!]
      for (const jar of wrong) await db.moves.create({ jar, beans: 2 })
      await db.jars.update(wrong[1]!, { beans: 2 })
      const progress: (readonly number[])[] = []
      const found = await all(
        runAudit(beansAudit, { ...auditing(db), onProgress: (...counts) => progress.push(counts) }),
      )
      assert.deepEqual(
        found.map(({ collection, record, law, message, rows }) => [collection, record, law, message, rows?.length]),
        [wrong[0], wrong[2]].map((id) => ['jars', id, sentence, 'it holds 0, moved were 2', 1]),
      )
      assert.deepEqual(progress, [
        [500, 1_101],
        [1_000, 1_101],
        [1_101, 1_101],
      ])
      await close()
    })

    test('does not cry wolf while records are being changed', async () => {
      const { system: db, open, close } = await createTestApp(app, { database: await url() })
      const { id: jar } = await db.jars.create({ beans: 0 })
      const end = new AbortController()
      const work = async () => {
        while (!end.signal.aborted) {
          await open.operations.transact(asSystem(), async (effects) => {
            await effects.db.moves!.create({ jar, beans: 1 })
            await effects.db.jars!.update(jar, { beans: increment(1) })
          })
          await sleep(Math.random() * 15)
        }
      }
      const working = work()
      let looks = 0
      const check: Law['check'] = async (page) => {
        looks += 1
        await sleep(5) // between the reading of the jar and that of what was moved into it
        return beansAddUp.check(page)
      }
      const slow = audit('slow', { laws: [{ ...beansAddUp, check }] })
      let rounds = 0
      try {
        for (; rounds < 15 || looks === rounds; rounds += 1)
          assert.deepEqual(await all(runAudit(slow, auditing(db))), [])
      } finally {
        end.abort()
        await working
      }
      await close()
    })
  })
}

test('an audit without laws, of collections there are not, or twice of a name, is refused with a sentence', () => {
  const laws = [{ ...beansAddUp, collection: 'jar' }]
  const audits = [audit('beans', { laws }), audit('beans', { laws: [] }), audit('Beans!', { laws: [beansAddUp] })]
  assert.throws(
    () => compileModel(defineApp({ name: 'jars', collections, audits })),
    ({ issues }: { issues: { pointer: string; message: string }[] }) => {
      const told = issues.map(({ pointer, message }) => `${pointer}: ${message}`).join('\n')
      assert.match(told, /audits\.beans.*There is no collection jar\. Did you mean jars\?/)
      assert.match(told, /audits\.beans: There are two audits/)
      assert.match(told, /audits\.beans: It has no laws/)
      assert.match(told, /audits\.Beans!: An audit is named by lower-case/)
      return true
    },
  )
})

const asSystem = () => ({ actor: system, now: new Date().toISOString(), requestId: 'test' })

function auditing(db: unknown) {
  return { db: db as never, pauseMs: 5 }
}

async function all(violations: AsyncIterable<FoundViolation>): Promise<readonly FoundViolation[]> {
  const found: FoundViolation[] = []
  for await (const violation of violations) found.push(violation)
  return found
}
