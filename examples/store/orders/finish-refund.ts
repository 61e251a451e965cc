import type { StoreEffects } from '../effects.ts'
import { announce } from './announce.ts'
import type { Refund } from './give-back.ts'
import { sendRefunded } from './mails.ts'
import type { Mover } from './move-order.ts'
import { note } from './timeline.ts'
import { writeCreditNote } from './write-invoice.ts'

/** Notes that the money is back, once: the provider may tell it twice. */
export async function finishRefund(refund: Refund, by: Mover, effects: StoreEffects): Promise<Refund> {
  const done = await effects.db.refunds.updateIf(refund.id, { status: 'pending' }, { status: 'done' })
  if (done === undefined) return refund
  const order = await effects.db.orders.get(done.order)
  await note({ order: order.id, kind: 'refunded', by, details: { refund: done.id, ...done.amount } }, effects)
  await writeCreditNote(order, done, effects)
  await sendRefunded(order, done, effects)
  await announce('orders.refunded', order, effects, { refund: done.id, amount: done.amount })
  return done
}
