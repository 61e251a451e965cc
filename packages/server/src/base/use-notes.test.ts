import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createUseNotes } from './use-notes.ts'

const nowMs = Date.parse('2026-03-01T09:00:00.000Z')

function noting(maxEntries?: number) {
  const stored: string[] = []
  const notes = createUseNotes({
    store: async (id, lastUsedAt) => stored.push(`${id} ${lastUsedAt}`),
    onFailure: (error) => {
      throw error
    },
    ...(maxEntries !== undefined && { maxEntries }),
  })
  return { notes, stored }
}

test('a use is stored once a minute', async () => {
  const { notes, stored } = noting()
  for (const ms of [0, 59_999, 60_000]) notes.note({ id: 'a', lastUsedAt: null }, nowMs + ms)
  await notes.finish()
  assert.deepEqual(stored, ['a 2026-03-01T09:00:00.000Z', 'a 2026-03-01T09:01:00.000Z'])
})

test('a use that another process has stored within the minute is not stored again', async () => {
  const { notes, stored } = noting()
  notes.note({ id: 'a', lastUsedAt: '2026-03-01T08:59:30.000Z' }, nowMs)
  await notes.finish()
  assert.deepEqual(stored, [])
})

test('the last so many are remembered, and what was forgotten is stored again', async () => {
  const { notes, stored } = noting(1)
  for (const id of ['a', 'a', 'b', 'a']) notes.note({ id, lastUsedAt: null }, nowMs)
  await notes.finish()
  assert.deepEqual(
    stored.map((each) => each[0]),
    ['a', 'b', 'a'],
  )
})

test('a use that cannot be stored is told, and fails nothing', async () => {
  const failures: unknown[] = []
  const store = () => Promise.reject(new Error('full'))
  const notes = createUseNotes({ store, onFailure: (error, id) => failures.push([id, (error as Error).message]) })
  notes.note({ id: 'a', lastUsedAt: null }, nowMs)
  await notes.finish()
  assert.deepEqual(failures, [['a', 'full']])
})
