import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileApp } from '../../packages/server/src/app/open-app.ts'
import { incomingWebhook, webhooks } from '../../packages/server/src/features/webhooks/index.ts'
import { defineApp, GalleyError, integer, many, text } from '../../packages/server/src/index.ts'
import { defineFeature, type Feature } from '../../packages/server/src/plugin.ts'
import { createTestApp } from '../../packages/server/src/testing/index.ts'

const taken = (name: string, more: object = {}) =>
  incomingWebhook(name, { verify: () => true, idOf: ({ id }) => id, async handle() {}, ...more })

const appWith = (...features: readonly Feature[]) =>
  defineApp({ name: 'Shop', collections: [], roles: { admin: {}, staff: {} }, features })

test('options that cannot be meant are told all at once, each with its path', () => {
  const options = {
    events: {
      'orders.paid': {
        description: 'Paid.',
        payload: { number: text({ min: 5, max: 1 }), lines: many('lines'), total: integer() },
      },
      'orders.*': { description: 'All.' },
      'webhooks.ping': { description: 'Ours.' },
    },
    managers: ['admin', 'staf'],
    keepFor: '30 days',
    notify: ['ops'],
    manager: ['admin'],
    incoming: [
      taken('Stripe'),
      taken('events'),
      taken('carrier', { maxBodyBytes: 0, keepFor: 'long' }),
      taken('carrier'),
    ],
  }
  assert.deepEqual(
    problemsOf(() => compileApp(appWith(webhooks(options as never)))),
    [
      'incomingWebhooks.Stripe',
      'incomingWebhooks.carrier',
      'incomingWebhooks.carrier',
      'incomingWebhooks.carrier',
      'incomingWebhooks.events',
      'webhooks.events.orders.*',
      'webhooks.events.orders.paid.payload.lines',
      'webhooks.events.orders.paid.payload.number',
      'webhooks.events.webhooks.ping',
      'webhooks.keepFor',
      'webhooks.manager',
      'webhooks.managers[1]',
      'webhooks.notify',
    ],
  )
})

test('a feature that takes events of others brings the way in; nobody may look at them, unless the application says who', async (t) => {
  const shipping = defineFeature({ name: 'shipping', incomingWebhooks: [taken('carrier')] })
  const app = await createTestApp(appWith(shipping))
  t.after(() => app.close())
  const answer = await app.fetch('/api/webhooks/carrier', { method: 'POST', body: '{"id":"a"}' })
  assert.equal(answer.status, 200)
  const admin = app.as({ id: 'ada', roles: ['admin'] })
  assert.equal((await admin.fetch('/api/webhook-inbox')).status, 403)
  const listed = compileApp(appWith(shipping, webhooks({ managers: ['admin'] })))
  assert.equal(listed.features.filter(({ name }) => name === 'webhooks').length, 1)
})

test('an application without webhooks has no table of them', () => {
  const { collections } = compileApp(appWith())
  assert.deepEqual(
    [...collections.keys()].filter((name) => name.startsWith('webhook')),
    [],
  )
})

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof GalleyError)
    return error.issues.map(({ pointer }) => pointer).toSorted()
  }
  return []
}
