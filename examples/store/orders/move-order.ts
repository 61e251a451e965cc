import type { Actor, RecordOf, UpdateInput } from 'galley'
import type { StoreEffects } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import { type MoverKind, type OrderStatus, statusesBefore } from './order-status.ts'
import type { orders } from './orders.ts'
import { note } from './timeline.ts'

export type Order = RecordOf<typeof orders>

/** Who moves an order. */
export interface Mover {
  readonly kind: MoverKind
  readonly id: string | null
}

/** The shop itself: a payment has come in, or time has run out. */
export const theShop: Mover = Object.freeze({ kind: 'system', id: null })

export function moverFrom({ id, roles }: Actor): Mover {
  return { kind: roles.includes('staff') ? 'staff' : 'customer', id }
}

export type Move = UpdateInput<typeof orders> & { readonly status: OrderStatus }

/**
 * Moves an order when the table of moves says so, and notes it in its timeline.
 *
 * The condition is checked at the moment of the change: of two moves at once only one happens.
 * @throws store_order_status
 */
export async function moveOrder(id: string, move: Move, by: Mover, effects: StoreEffects): Promise<Order> {
  const moved = await tryMove(id, move, by, effects)
  if (moved !== undefined) return moved
  const { status } = await effects.db.orders.get(id)
  throw storeErrors.order_status({ details: { status, wanted: move.status } })
}

/** Like `moveOrder`, but undefined, and nothing has changed, when the table does not say so. */
export async function tryMove(id: string, move: Move, by: Mover, effects: StoreEffects): Promise<Order | undefined> {
  const from = statusesBefore(move.status, by.kind)
  if (from.length === 0) return undefined
  const moved = await effects.db.orders.updateIf(id, { status: { in: from } }, move)
  if (moved !== undefined) await note({ order: id, kind: move.status, by }, effects)
  return moved
}
