import { GalleyError } from 'galley'
import { requestCancel } from 'galley/payments'
import { releaseCoupon } from '../carts/use-coupon.ts'
import { action } from '../collections.ts'
import { asShop, type StoreEffects } from '../effects.ts'
import { releaseReservations } from '../stock/settle.ts'
import { buyerOrStaff } from '../who.ts'
import { announce } from './announce.ts'
import { giveBack, refundableOf } from './give-back.ts'
import { type Mover, moveOrder, moverFrom, type Order, tryMove } from './move-order.ts'

export const cancel = action('orders', 'cancel', {
  description:
    'Gives an order up until its first parcel leaves: goods go back on the shelf, what was paid goes back to the buyer.',
  output: 'orders',
  allow: buyerOrStaff,
  async run({ record, actor, now, ...context }) {
    const effects = asShop({ ...context, now })
    const by = moverFrom(actor)
    const order = await moveOrder(record.id, { status: 'cancelled', cancelledAt: now }, by, effects)
    await undo(order, 'Cancelled', by, effects)
    return order
  },
})

/** Gives up an order that was not paid in time; nothing happens when it is not waiting any more. */
export async function cancelUnpaid(id: string, by: Mover, effects: StoreEffects): Promise<void> {
  const move = { status: 'cancelled', cancelledAt: effects.now } as const
  const order = await tryMove(id, move, by, effects)
  if (order !== undefined) await undo(order, 'Not paid in time', by, effects)
}

/** Takes back what checkout has done, in the same order, so that the two never wait for each other in a circle. */
async function undo(order: Order, reason: string, by: Mover, effects: StoreEffects): Promise<void> {
  await releaseCoupon(order.id, effects)
  await undoPayment(order, effects)
  const amount = refundableOf(order)
  if (amount > 0) await giveBack(order, { amount, reason, by }, effects)
  await releaseReservations(order.id, effects)
  await announce('orders.cancelled', order, effects)
}

async function undoPayment(order: Order, effects: StoreEffects): Promise<void> {
  if (order.payment === null || order.capturedAmount > 0) return
  try {
    await requestCancel(order.payment, { reason: 'The order was cancelled.' }, effects)
  } catch (error) {
    // The money is being taken at this moment: it is given back as soon as it has come (on-payment.ts).
    if (!(error instanceof GalleyError && error.code === 'payments_status')) throw error
  }
}
