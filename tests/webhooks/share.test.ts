import assert from 'node:assert/strict'
import { test } from 'node:test'
import { incomingWebhook, webhooks } from '../../packages/server/src/features/webhooks/index.ts'
import { collection, declareFor, defineApp, everyone, text } from '../../packages/server/src/index.ts'
import { createTestApp } from '../../packages/server/src/testing/index.ts'

test('handling that is slow leaves places for other jobs, however many events come', async () => {
  const goOn = Promise.withResolvers<void>()
  const other = Promise.withResolvers<string>()
  const carrier = incomingWebhook<{ id: string }>('carrier', {
    verify: () => true,
    idOf: ({ id }) => id,
    handle: () => goOn.promise,
  })
  const orders = collection('orders', { fields: { number: text() }, rules: { create: everyone() } })
  const { hook, job } = declareFor([orders])
  const print = job('orders.print', { run: () => other.resolve('printed') })
  const placed = hook('orders', 'afterCreate', async ({ jobs }) => void (await jobs.add(print, {})))
  const features = [webhooks({ incoming: [carrier] })]
  const app = await createTestApp(
    defineApp({ name: 'shop', collections: [orders], jobs: [print], hooks: [placed], features }),
  )
  for (let number = 0; number < 30; number += 1) {
    const body = JSON.stringify({ id: `e${number}` })
    assert.equal((await app.fetch('/api/webhooks/carrier', { method: 'POST', body })).status, 200)
  }
  await app.system.orders.create({ number: 'A-1' })
  app.open.startDelivering()
  const tooLate = new Promise((resolve) => setTimeout(resolve, 5_000, 'it waits'))
  const became = await Promise.race([other.promise, tooLate])
  goOn.resolve()
  await app.close()
  assert.equal(became, 'printed')
})
