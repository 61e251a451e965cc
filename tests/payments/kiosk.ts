import { setTimeout as wait } from 'node:timers/promises'
import {
  type App,
  action,
  type CollectionApi,
  choice,
  collection,
  defineApp,
  everyone,
  integer,
  reference,
  signedIn,
  text,
} from 'galley'
import {
  type PaymentHappening,
  type PaymentsOptions,
  payments,
  requestCancel,
  requestCapture,
  requestRefund,
  startPayment,
} from 'galley/payments'
import { type SimulatedPayments, simulated } from 'galley/payments/simulated'
import { asSystem, newId } from 'galley/plugin'
import { createTestApp, type TestApp, type TestAppOptions } from 'galley/testing'

export const cards = {
  good: '4242424242424242',
  declined: '4000000000000002',
  poor: '4000000000009995',
  challenged: '4000000000003220',
  slow: '4000000000005019',
  answerLost: '4000000000005027',
  neverArrives: '4000000000005035',
  threeMessages: '4000000000005043',
  earlyMessage: '4000000000005050',
  refundFails: '4000000000005126',
  refundPending: '4000000000007726',
  refundPendingThenFails: '4000000000005068',
} as const

const orders = collection('orders', {
  fields: {
    status: choice(['placed', 'paid', 'cancelled'], { default: 'placed' }),
    payment: text({ optional: true }),
    timesPaid: integer({ default: 0 }),
    refunded: integer({ default: 0 }),
  },
  rules: { read: everyone() },
})
/** One for each time a handler ran. */
const notes = collection('notes', { fields: { order: reference('orders'), what: text() }, rules: { read: everyone() } })

const place = action('orders', 'place', {
  on: 'collection',
  input: { amount: integer({ default: 5_000 }) },
  output: 'orders',
  allow: signedIn(),
  async run({ db, input, jobs, actor }) {
    const system = asSystem(db)
    const order = await system.orders!.create({})
    const start = { subject: order.id, amount: input.amount, currency: 'EUR', payer: actor.id, description: 'Tea' }
    const payment = await startPayment(start, { db, jobs })
    return system.orders!.update(order.id, { payment: payment.id })
  },
})
const start = action('orders', 'start', {
  input: { amount: integer() },
  output: 'orders',
  allow: signedIn(),
  async run({ record, input, db, jobs, actor }) {
    const { amount } = input
    const wanted = { subject: record.id, amount, currency: 'EUR', payer: actor.id, description: 'Tea' }
    const payment = await startPayment(wanted, { db, jobs })
    return asSystem(db).orders!.update(record.id, { payment: payment.id })
  },
})
const cancel = action('orders', 'cancel', {
  output: 'orders',
  allow: signedIn(),
  async run({ record, db, jobs }) {
    await requestCancel(record.payment, {}, { db, jobs })
    return asSystem(db).orders!.update(record.id, { status: 'cancelled' })
  },
})
const refund = action('orders', 'refund', {
  input: { amount: integer(), key: text() },
  output: 'orders',
  allow: signedIn(),
  async run({ record, input, db, jobs }) {
    await requestRefund(record.payment, input, { db, jobs })
    return record
  },
})

async function note(what: string, { payment, operation, db }: PaymentHappening): Promise<void> {
  const detail = what === 'failed' ? `failed ${operation.kind}` : what
  await db.notes!.create({ order: payment.subject, what: detail })
}

/** A shop that captures what is held at once, a part of it when it says so, and gives back what was taken for a cancelled order. */
export function kiosk(provider: PaymentsOptions['provider'], options: { readonly captures?: number } = {}): App {
  return defineApp({
    name: 'Kiosk',
    roles: { staff: {} },
    collections: [orders, notes],
    actions: [place, start, cancel, refund],
    features: [
      payments({
        provider,
        staff: 'staff',
        on: {
          async authorized(happening) {
            await note('authorized', happening)
            const { captures } = options
            if (captures === 0) return
            await requestCapture(happening.payment.id, captures === undefined ? {} : { amount: captures }, happening)
          },
          async captured(happening) {
            await note('captured', happening)
            const { payment, db } = happening
            const paid = { status: 'paid', timesPaid: { increment: 1 } }
            if ((await db.orders!.updateIf(payment.subject, { status: 'placed' }, paid)) !== undefined) return
            const wish = { amount: payment.capturedAmount, key: 'order cancelled' }
            await requestRefund(payment.id, wish, happening)
          },
          async refunded(happening) {
            await note('refunded', happening)
            const { payment, operation, db } = happening
            await db.orders!.update(payment.subject, { refunded: { increment: operation.amount } })
          },
          declined: (happening) => note('declined', happening),
          cancelled: (happening) => note('cancelled', happening),
          failed: (happening) => note('failed', happening),
        },
      }),
    ],
  })
}

export interface Kiosk {
  readonly app: Omit<TestApp, 'system'> & {
    readonly system: Readonly<Record<'orders' | 'notes' | 'payments' | 'payment-operations', CollectionApi<any, any>>>
  } // any: collections of a feature
  readonly provider: SimulatedPayments
  readonly buyer: string
  /** Moves the clock of the application. */
  pass(ms: number): void
  close(): Promise<void>
}

export async function openKiosk(
  database: string,
  more: {
    readonly provider?: SimulatedPayments
    readonly buyer?: string
    readonly captures?: number
  } & TestAppOptions = {},
): Promise<Kiosk> {
  const { provider = simulated({ slowMs: 50, pendingMs: 100 }), buyer = newId(), captures, ...options } = more
  let offset = 0
  const clock = { nowMs: () => Date.now() + offset }
  const app = (await createTestApp(kiosk(provider, captures === undefined ? {} : { captures }), {
    database,
    clock,
    ...options,
  })) as unknown as Kiosk['app'] & TestApp
  provider.control.sendMessagesTo(`${await app.url()}/api/webhooks/simulated`)
  return {
    app,
    provider,
    buyer,
    pass(ms) {
      offset += ms
    },
    close: () => app.close(),
  }
}

/** The status and the body of an answer. */
export async function post(kiosk: Kiosk, path: string, body: object = {}, as = kiosk.buyer) {
  const answer = await kiosk.app
    .as({ id: as, roles: [] })
    .fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}

export async function placeOrder(
  kiosk: Kiosk,
  amount = 5_000,
): Promise<{ readonly id: string; readonly payment: string }> {
  return (await post(kiosk, '/api/orders/place', { amount })).body
}

export const pay = (kiosk: Kiosk, payment: string, method: string) =>
  post(kiosk, `/api/payments/${payment}/authorize`, { method })
export const confirm = (kiosk: Kiosk, payment: string) => post(kiosk, `/api/payments/${payment}/confirm`)

/** Lets all that is under way come to its end, also what is tried again later. */
export async function settle(kiosk: Kiosk): Promise<void> {
  const { app, provider, pass } = kiosk
  for (let round = 0; round < 30; round++) {
    await provider.control.messagesTaken()
    const { delivered, failures } = await app.open.deliverNow()
    if (delivered === 0 && failures.length === 0 && !(await isMoving(kiosk))) return
    if (delivered === 0) await wait(50)
    if (delivered === 0) pass(120_000)
  }
  throw new Error('It does not come to an end.')
}

async function isMoving({ app }: Kiosk): Promise<boolean> {
  const where = { state: { in: ['waiting', 'running', 'unknown', 'pending'] } }
  return (await app.system['payment-operations'].count(where)) > 0
}

/** What handlers have noted of an order, in order. */
export async function notesOf({ app }: Kiosk, order: string): Promise<readonly string[]> {
  const { data } = await app.system.notes.find({ where: { order }, limit: 100, sort: 'id' })
  return data.map(({ what }) => what)
}

export const paymentOf = ({ app }: Kiosk, id: string) => app.system.payments.get(id)
export const operationsOf = async ({ app }: Kiosk, payment: string) =>
  (await app.system['payment-operations'].find({ where: { payment }, limit: 100, sort: 'id' })).data
