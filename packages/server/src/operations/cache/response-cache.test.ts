import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSqliteDatabase } from '../../adapters/database/sqlite/index.ts'
import { silentLog } from '../../base/silent-log.ts'
import type { TextAnswer } from '../operations.ts'
import { Freshness } from './freshness.ts'
import { ResponseCache } from './response-cache.ts'

const database = await openSqliteDatabase({ file: ':memory:' })
test.after(() => database.close())

const parts = () => ({
  freshness: new Freshness({ database, bus: undefined, log: silentLog }),
  model: undefined as never,
})
const read = (key: string) => ({ key, maxAgeMs: 1_000, marks: [], collection: 'tags' })
const text = (json: string) => async (): Promise<TextAnswer> => ({ kind: 'text', json })

test('memory is bounded: what was not asked for the longest goes first', async () => {
  const cache = new ResponseCache({ ...parts(), maxBytes: 100_000 })
  const ask = (key: string) => cache.answer(read(key), '', text('x'.repeat(2_000)))
  const isKept = async (key: string) => (await ask(key)).isKept === true
  for (let index = 0; index < 100; index += 1) await ask(`${index}`)
  assert.equal(await isKept('0'), false)
  assert.equal(await isKept('99'), true)
})

test('an answer that would take much of the memory for all is not kept', async () => {
  const cache = new ResponseCache({ ...parts(), maxBytes: 100_000 })
  const ask = () => cache.answer(read('large'), '', text('x'.repeat(4_000)))
  await ask()
  assert.equal((await ask()).isKept, false)
})

test('an answer is as old as the beginning of its reading', async () => {
  let nowMs = 0
  const cache = new ResponseCache({ ...parts(), maxBytes: 100_000, nowMs: () => nowMs })
  const slow = async (): Promise<TextAnswer> => {
    nowMs += 900
    return { kind: 'text', json: '1' }
  }
  await cache.answer(read('slow'), '', slow)
  assert.equal((await cache.answer(read('slow'), '', text('2'))).json, '1')
  nowMs = 1_000
  assert.equal((await cache.answer(read('slow'), '', text('2'))).json, '2')
})
