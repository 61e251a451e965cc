import { increment } from 'galley'
import type { StoreEffects } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import { moveGoods } from './move-goods.ts'
import { openReservations, type Reservation } from './reservations-of.ts'

/** Pieces of an item of an order. */
export interface ItemPieces {
  readonly orderItem: string
  readonly quantity: number
}

/**
 * Takes pieces that are kept for an order off their shelves.
 *
 * @throws store_not_on_hand  when a back-order has not come in yet.
 */
export async function shipReserved(
  order: string,
  pieces: readonly ItemPieces[],
  by: string | null,
  effects: StoreEffects,
): Promise<void> {
  const missing = new Map(pieces.map(({ orderItem, quantity }) => [orderItem, quantity]))
  for (const reservation of await openReservations(order, effects)) {
    const quantity = Math.min(missing.get(reservation.orderItem) ?? 0, reservation.quantity)
    if (quantity === 0) continue
    missing.set(reservation.orderItem, missing.get(reservation.orderItem)! - quantity)
    await takeOff(reservation, quantity, by, effects)
  }
  if ([...missing.values()].some((quantity) => quantity > 0)) throw storeErrors.not_on_hand()
}

async function takeOff(
  reservation: Reservation,
  quantity: number,
  by: string | null,
  effects: StoreEffects,
): Promise<void> {
  const { level, order } = reservation
  await markShipped(reservation, quantity, effects)
  const movement = { level, order, by, reason: 'shipped', quantity: -quantity } as const
  const moved = await moveGoods(movement, { reserved: -quantity }, effects)
  if (moved === undefined) throw storeErrors.not_on_hand()
}

/** Of a part, the part is written down as shipped, and the rest stays kept. */
async function markShipped(reservation: Reservation, quantity: number, { db }: StoreEffects): Promise<void> {
  const { id, order, orderItem, level } = reservation
  if (quantity === reservation.quantity) {
    await db.reservations.update(id, { status: 'shipped' })
    return
  }
  await db.reservations.update(id, { quantity: increment(-quantity) })
  await db.reservations.create({ order, orderItem, level, quantity, status: 'shipped' })
}
