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

test('what is old is removed by whoever serves, and not by one who only looks', async () => {
  const tidied: string[] = []
  const tidying: Feature = { name: 'tidying', start: () => ({ tidy: async () => void tidied.push('now') }) }
  const looking = await openApp(appOf([tidying]), options)
  await looking.queue.count()
  await looking.close()
  assert.deepEqual(tidied, [])
  const serving = await openApp(appOf([tidying]), options)
  serving.startDelivering()
  serving.startDelivering()
  await serving.close()
  assert.deepEqual(tidied, ['now'])
})

test('a queue that was given is closed by who made it', async () => {
  const app = await openApp(appOf([]), options)
  const guest = await openApp(appOf([]), { ...options, queue: app.queue })
  await guest.close()
  const request = { places: new Map([['a', 1]]), limit: 1, leaseMs: 1_000, holder: 'test' }
  assert.deepEqual((await app.queue.claim(request)).jobs, [])
  await app.close()
  await assert.rejects(app.queue.claim(request), { code: 'queue_closed' })
})
