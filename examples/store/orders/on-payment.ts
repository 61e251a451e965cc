import { type PaymentHandlers, type PaymentHappening, requestCapture } from 'galley/payments'
import { storeDbOf } from '../collections.ts'
import type { StoreEffects } from '../effects.ts'
import { failRefund } from './fail-refund.ts'
import { finishRefund } from './finish-refund.ts'
import { giveBack } from './give-back.ts'
import { markPaid } from './mark-paid.ts'
import { theShop } from './move-order.ts'
import { refundElsewhere } from './refund-elsewhere.ts'
import { note } from './timeline.ts'

// Each runs in the transaction that records what has happened to the payment, once each time, whatever raced.
export const onPayment: PaymentHandlers = {
  /** The money is taken at once: the goods are on the shelf, and reserved. */
  async authorized({ payment, ...happening }) {
    await requestCapture(payment.id, {}, happening)
  },

  async captured({ payment: { subject: order, capturedAmount }, ...happening }) {
    const effects = shopEffects(happening)
    const captured = await effects.db.orders.update(order, { capturedAmount })
    const isWhole = capturedAmount >= captured.due.amount // somebody may take less at the provider's own site
    if (isWhole && (await markPaid(order, effects)) !== undefined) return
    const reason = isWhole ? 'Paid after the order was cancelled' : 'Paid in part only'
    await giveBack(captured, { amount: capturedAmount, reason, by: theShop }, effects)
  },

  async refunded({ payment: { subject: order }, operation, ...happening }) {
    const effects = shopEffects(happening)
    const { wish } = operation
    const refund = await (wish === null ? refundElsewhere(order, operation, effects) : effects.db.refunds.findOne(wish))
    if (refund !== undefined) await finishRefund(refund, theShop, effects)
  },

  /** The order waits for another attempt until its goods are released. */
  async declined({ payment: { subject: order, decline }, ...happening }) {
    await note({ order, kind: 'paymentFailed', by: theShop, details: { ...decline } }, shopEffects(happening))
  },

  async failed({ payment: { subject: order }, operation, ...happening }) {
    const effects = shopEffects(happening)
    const { id, kind, wish, message } = operation
    if (kind === 'refund') await failRefund(wish ?? id, effects)
    await note({ order, kind: 'paymentFailed', by: theShop, details: { kind, message } }, effects)
  },
}

/** Payments know nothing of the collections of the shop. */
function shopEffects({ db, ...effects }: Omit<PaymentHappening, 'payment' | 'operation'>): StoreEffects {
  return { ...effects, db: storeDbOf(db) }
}
