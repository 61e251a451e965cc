import { setTimeout as wait } from 'node:timers/promises'
import type { App } from 'galley'
import { newId } from 'galley/plugin'
import type { TestApp, TestAppOptions } from 'galley/testing'
import { paymentProvider } from '../orders/payment-provider.ts'
import { type OpenShop, openShop } from './open-shop.ts'
import { type Answer, type Someone, send } from './over-http.ts'

/** What numbers of cards do: docs/guide/payments.md. */
export const cards = {
  good: '4242 4242 4242 4242',
  declined: '4000 0000 0000 0002',
  challenged: '4000 0000 0000 3220',
  answerLost: '4000 0000 0000 5027',
  threeMessages: '4000 0000 0000 5043',
  refundFails: '4000 0000 0000 5126',
} as const

/** A shop whose provider of payments tells it by messages, and whose time a test can let pass. */
export interface PayingShop extends OpenShop {
  pass(ms: number): void
}

export async function openPayingShop(options: TestAppOptions, declared?: App): Promise<PayingShop> {
  let passedMs = 0
  const clock = { nowMs: () => Date.now() + passedMs }
  const shop = await openShop({ ...options, clock }, declared)
  paymentProvider.control.sendMessagesTo(`${await shop.app.url()}/api/webhooks/simulated`)
  const pass = (ms: number) => {
    passedMs += ms
  }
  return { ...shop, pass }
}

export function pay(buyer: Pick<Someone, 'fetch'>, payment: string, method: string = cards.good): Promise<Answer> {
  return send(buyer, 'POST', `/api/payments/${payment}/authorize`, { method })
}

/** Lets all that is under way come to its end, also what is tried again later. */
export async function settle({ app, pass }: Pick<PayingShop, 'app' | 'pass'>): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    await paymentProvider.control.messagesTaken()
    const { delivered, failures } = await app.open.deliverNow()
    if (delivered === 0 && failures.length === 0 && (await callsUnderWay(app)) === 0) return
    if (delivered > 0) continue
    await wait(20)
    pass(60_000)
  }
  throw new Error('It does not come to an end.')
}

function callsUnderWay(app: TestApp): Promise<number> {
  const where = { state: { in: ['waiting', 'running', 'unknown', 'pending'] } }
  return app.system['payment-operations']!.count(where)
}

/** What the schedule does each minute. */
export async function releaseExpired({ app }: Pick<OpenShop, 'app'>): Promise<void> {
  const name = 'stock.release-expired'
  await app.open.queue.add([{ id: newId(), name, input: {}, priority: 50 }])
  const { failures } = await app.open.deliverNow()
  const failure = failures.find((failed) => failed.name === name)
  if (failure !== undefined) throw failure.error
}
