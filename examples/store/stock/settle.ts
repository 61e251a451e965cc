import type { StoreEffects } from '../effects.ts'
import { changeLevel } from './change-level.ts'
import { openReservations } from './reservations-of.ts'

// Whoever settles the reservations of an order has moved the order first, so nobody else does at the same time.

/** Keeps the goods of an order that is paid until they are shipped. */
export async function keepReservations(order: string, effects: StoreEffects): Promise<void> {
  for (const { id } of await openReservations(order, effects))
    await effects.db.reservations.updateIf(id, { status: 'held' }, { status: 'kept', expiresAt: null })
}

/** Puts the goods of an order that is given up back to what is available. */
export async function releaseReservations(order: string, effects: StoreEffects): Promise<void> {
  for (const { id, level, quantity, status } of await openReservations(order, effects)) {
    const released = await effects.db.reservations.updateIf(id, { status }, { status: 'released', expiresAt: null })
    if (released !== undefined) await changeLevel(level, { reserved: -quantity }, effects)
  }
}
