import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Answer, askAs } from './call.ts'

export interface Buyer {
  readonly outcome: 'paid' | 'soldOut'
  readonly hasCoupon: boolean
}

interface Errand {
  readonly url: string
  readonly variant: string
  readonly code: string
  onOrder(): void
}

type Ask = ReturnType<typeof askAs>

/** Cards that are accepted, each with another way to go wrong in between: see docs/guide/payments.md. */
const cards = [
  '4242 4242 4242 4242',
  '4000 0000 0000 5043', // each message three times
  '4000 0000 0000 5050', // the message before the answer
  '4000 0000 0000 5027', // done, and the answer lost
]

/** A guest who wants one piece with the coupon, or else without it, and is in a hurry. */
export async function buy(number: number, { url, variant, code, onOrder }: Errand): Promise<Buyer> {
  const opened = await askAs(url, undefined)('POST', '/api/carts/open', { country: 'SE' })
  assert.equal(opened.status, 200, JSON.stringify(opened.body))
  const { cart, secret } = opened.body
  const ask = askAs(url, `Cart ${secret}`)
  const added = await ask('POST', `/api/carts/${cart}/items`, { variant, quantity: 1 })
  if (isSoldOut(added)) return { outcome: 'soldOut', hasCoupon: false }
  assert.equal(added.status, 201, JSON.stringify(added.body))
  await ask('POST', `/api/carts/${cart}/apply-coupon`, { code })
  const order = await checkOut(cart, number, ask)
  if (order === undefined) return { outcome: 'soldOut', hasCoupon: false }
  onOrder()
  await pay(order.payment, cards[number % cards.length]!, ask)
  return { outcome: 'paid', hasCoupon: order.couponCode !== null }
}

interface Order {
  readonly payment: string
  readonly couponCode: string | null
}

async function checkOut(cart: string, number: number, ask: Ask): Promise<Order | undefined> {
  const order = () =>
    ask('POST', `/api/carts/${cart}/checkout`, { shippingAddress, email: `buyer${number}@example.com` })
  let answer = await retried(order)
  if (isWithoutCoupon(answer)) {
    await retried(() => ask('POST', `/api/carts/${cart}/remove-coupon`, {}))
    answer = await retried(order)
  }
  if (isSoldOut(answer)) return undefined
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

/** Whoever is told that the server is busy comes back, as browsers do. */
async function retried(work: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await work()
    if (answer.status !== 503) return answer
    await sleep(100 + Math.random() * 400)
  }
}

function isSoldOut({ status, body }: Answer): boolean {
  return status === 409 && codesOf(body).some((code) => code === 'not_enough_stock' || code === 'store_items_missing')
}

function isWithoutCoupon({ status, body }: Answer): boolean {
  return status === 409 && codesOf(body).some((code) => code.includes('coupon'))
}

function codesOf({ code, errors = [] }: { readonly code: string; readonly errors?: readonly { code: string }[] }) {
  return [code, ...errors.map((error) => error.code)]
}

const isPaid = new Set(['authorized', 'capturing', 'captured'])

/** Two clicks, and two looks whether it has gone through, all at once; then looks until it has. */
async function pay(payment: string, method: string, ask: Ask): Promise<void> {
  const authorize = () => retried(() => ask('POST', `/api/payments/${payment}/authorize`, { method }))
  const confirm = () => retried(() => ask('POST', `/api/payments/${payment}/confirm`, {}))
  await Promise.all([authorize(), confirm(), authorize(), confirm()])
  for (let looks = 0; looks < 400; looks += 1) {
    const { status, body } = await confirm()
    if (isPaid.has(body?.status)) return
    assert.equal(status, 200, JSON.stringify(body))
    if (body.status === 'open') await authorize()
    await sleep(50)
  }
  assert.fail('It could not be paid.')
}

const shippingAddress = {
  name: 'Ada Lindqvist',
  line1: 'Bryggargatan 14',
  postalCode: '111 21',
  city: 'Stockholm',
  country: 'SE',
}
