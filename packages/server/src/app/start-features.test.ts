import assert from 'node:assert/strict'
import { test } from 'node:test'
import { silentLog } from '../base/silent-log.ts'
import { defineApp } from '../model/app.ts'
import type { Feature } from '../model/feature.ts'
import { openApp } from './open-app.ts'

const options = { databaseUrl: 'sqlite::memory:', log: silentLog, migrate: 'safe' } as const

/** A feature that notes what happens to it. */
function noted(name: string, notes: string[], failsAt?: 'start' | 'stop'): Feature {
  const note = (what: 'start' | 'stop') => {
    notes.push(`${what} ${name}`)
    if (what === failsAt) throw new Error(`${name} cannot ${what}`)
  }
  return {
    name,
    start() {
      note('start')
      return { stop: async () => note('stop') }
    },
  }
}

function appOf(features: readonly Feature[]) {
  return defineApp({ name: 'features', collections: [], features })
}

test('features stop in the opposite order of their start', async () => {
  const notes: string[] = []
  const app = await openApp(appOf([noted('a', notes), noted('b', notes)]), options)
  await app.close()
  assert.deepEqual(notes, ['start a', 'start b', 'stop b', 'stop a'])
})

test('when a feature cannot start, those before it are stopped', async () => {
  const notes: string[] = []
  const app = appOf([noted('a', notes), noted('b', notes, 'start'), noted('c', notes)])
  await assert.rejects(openApp(app, options), /b cannot start/)
  assert.deepEqual(notes, ['start a', 'start b', 'stop a'])
})

test('a feature that cannot stop keeps neither the others nor the database open', async () => {
  const notes: string[] = []
  const app = await openApp(appOf([noted('a', notes), noted('b', notes, 'stop')]), options)
  await assert.rejects(app.close(), /b cannot stop/)
  assert.deepEqual(notes.slice(2), ['stop b', 'stop a'])
  await assert.rejects(app.database.ping(), { code: 'database_unavailable' })
})
