import type { StoreEffects } from '../effects.ts'
import { keepReservations } from '../stock/settle.ts'
import { announce } from './announce.ts'
import { sendPaid } from './mails.ts'
import { type Order, theShop, tryMove } from './move-order.ts'
import { writeInvoice } from './write-invoice.ts'

/** Notes that all is paid, and keeps the goods. Undefined: the order was not waiting for it. */
export async function markPaid(id: string, effects: StoreEffects): Promise<Order | undefined> {
  const order = await tryMove(id, { status: 'paid', paidAt: effects.now }, theShop, effects)
  if (order === undefined) return undefined
  await keepReservations(id, effects)
  await writeInvoice(order, effects)
  await sendPaid(order, effects)
  await announce('orders.paid', order, effects)
  return order
}
