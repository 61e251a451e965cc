import { integer, object, type RecordOf, text } from 'galley'
import type { StoreEffects } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import type { orderItems } from './orders.ts'

export type OrderItem = RecordOf<typeof orderItems>

/** Pieces of an item of an order, as an input names them in a list of at most as many as an order has. */
export const piece = () => object({ orderItem: text({ max: 36 }), quantity: integer({ min: 1, max: 1_000_000 }) })
export const piecesOfOrder = { min: 1, max: 200 } as const

export interface Piece {
  readonly orderItem: string
  readonly quantity: number
}

export type ChosenPiece = OrderItem & { readonly wanted: number }

/** All items of an order, in the order in which they are changed. */
export async function itemsOf(order: string, { db }: Pick<StoreEffects, 'db'>): Promise<readonly OrderItem[]> {
  const { data } = await db['order-items'].find({ where: { order }, sort: 'id', limit: 1_000 })
  return data
}

/**
 * The items with the pieces that are named, each once.
 *
 * @throws store_item_unknown  when one belongs to another order, or is named twice.
 */
export function chosenPieces(items: readonly OrderItem[], named: readonly Piece[]): readonly ChosenPiece[] {
  const wanted = new Map(named.map(({ orderItem, quantity }) => [orderItem, quantity]))
  const chosen = items.flatMap((item) => (wanted.has(item.id) ? [{ ...item, wanted: wanted.get(item.id)! }] : []))
  if (chosen.length !== named.length) throw storeErrors.item_unknown()
  return chosen
}
