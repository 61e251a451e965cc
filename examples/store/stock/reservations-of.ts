import type { RecordOf } from 'galley'
import type { StoreEffects } from '../effects.ts'
import { inOrderOfIds } from './change-level.ts'
import type { reservations } from './reservations.ts'

export type Reservation = RecordOf<typeof reservations>

/** The reservations of an order that are open, in the order in which their shelves are changed. */
export async function openReservations(order: string, { db }: StoreEffects): Promise<readonly Reservation[]> {
  const { data } = await db.reservations.find({
    where: { order, status: { in: ['held', 'kept'] } },
    sort: 'id',
    limit: 10_000,
  })
  return inOrderOfIds(data, ({ level }) => level)
}
