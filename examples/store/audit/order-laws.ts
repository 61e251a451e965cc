import type { RecordOf } from 'galley'
import { law } from '../collections.ts'
import type { orders } from '../orders/orders.ts'
import { moneyOf, sumsOf } from './sums-of.ts'

export const itemsAddUp = law('order-items', 'An item costs its net and its tax', async ({ records }) =>
  records
    .filter(({ net, tax, total }) => net.amount + tax.amount !== total.amount)
    .map((item) => ({
      record: item.id,
      message: `${item.net.amount} net and ${item.tax.amount} tax are said to be ${item.total.amount}`,
      rows: [item],
    })),
)

export const totalsAddUp = law(
  'orders',
  'Items, shipping and tax, less discounts, are the total; the total less gift cards is due',
  async ({ records, db }) => {
    const net = await moneyOf(db['order-items'], 'order', records, 'net')
    const tax = await moneyOf(db['order-items'], 'order', records, 'tax')
    return records.flatMap((order) => {
      const { id, shipping, shippingTax, total, giftCardAmount, due } = order
      const taxes = tax(id) + shippingTax.amount
      const sum = net(id) + (shipping.amount - shippingTax.amount) + taxes
      const tell = (message: string) => [{ record: id, message, rows: [order] }]
      if (taxes !== order.tax.amount) return tell(`the taxes are ${taxes}, the order says ${order.tax.amount}`)
      if (sum !== total.amount) return tell(`all of it comes to ${sum}, the total says ${total.amount}`)
      if (total.amount - giftCardAmount.amount !== due.amount)
        return tell(`${due.amount} are due of ${total.amount} less ${giftCardAmount.amount}`)
      return []
    })
  },
)

export const moneyIsKept = law(
  'orders',
  'What was captured and not given back is what the order has a right to',
  async ({ records, db }) => {
    const standing = { status: { in: ['pending', 'done'] } }
    const refunded = await moneyOf(db.refunds, 'order', records, 'amount', standing)
    const toGiftCards = await sumsOf(db.refunds, 'order', records, 'giftCardAmount', standing)
    const failed = await moneyOf(db.refunds, 'order', records, 'amount', { status: 'failed' })
    return records.flatMap((order) => {
      const message = moneyProblem(order, {
        refunded: refunded(order.id),
        toGiftCards: toGiftCards(order.id),
        failed: failed(order.id),
      })
      return message === undefined ? [] : [{ record: order.id, message, rows: [order] }]
    })
  },
)

interface GivenBack {
  readonly refunded: number
  readonly toGiftCards: number
  /** By refunds that have failed: as much may be owed until staff find another way. */
  readonly failed: number
}

function moneyProblem(order: RecordOf<typeof orders>, given: GivenBack): string | undefined {
  const { status, capturedAmount, refundedAmount, giftCardReturned, giftCardAmount, due } = order
  const paid = capturedAmount + giftCardAmount.amount
  if (refundedAmount !== given.refunded) return `${refundedAmount} went back, the refunds add up to ${given.refunded}`
  if (giftCardReturned !== given.toGiftCards)
    return `${giftCardReturned} went back to gift cards, the refunds add up to ${given.toGiftCards}`
  if (refundedAmount > paid) return `${refundedAmount} went back of ${paid}`
  const kept = paid - refundedAmount
  if (status === 'cancelled') return kept <= given.failed ? undefined : `it is cancelled and keeps ${kept}`
  const expected = status === 'placed' ? 0 : due.amount
  if (capturedAmount !== expected) return `it is ${status}, ${expected} are to be captured, ${capturedAmount} were`
  return undefined
}
