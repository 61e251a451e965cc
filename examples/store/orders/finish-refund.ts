import type { StoreEffects } from '../effects.ts'
import type { Refund } from './give-back.ts'
import { sendRefunded } from './mails.ts'
import type { Mover } from './move-order.ts'
import { note } from './timeline.ts'

/** Notes that the money is back, once: the provider may tell it twice. */
export async function finishRefund(refund: Refund, by: Mover, effects: StoreEffects): Promise<Refund> {
  const done = await effects.db.refunds.updateIf(refund.id, { status: 'pending' }, { status: 'done' })
  if (done === undefined) return refund
  const { order, amount } = done
  await note({ order, kind: 'refunded', by, details: { refund: done.id, ...amount } }, effects)
  await sendRefunded(done, effects)
  await effects.events.add('orders.refunded', { order, refund: done.id })
  return done
}
