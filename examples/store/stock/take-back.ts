import type { StoreEffects } from '../effects.ts'
import { inOrderOfIds } from './change-level.ts'
import { moveGoods } from './move-goods.ts'

export type Condition = 'restock' | 'damaged'

export interface GoodsBack {
  readonly orderItem: string
  readonly quantity: number
  readonly condition: Condition
}

/** Puts goods that came back on the shelf that they had left. What is damaged is written off at once. */
export async function takeBack(
  order: string,
  goods: readonly GoodsBack[],
  by: string | null,
  effects: StoreEffects,
): Promise<void> {
  const shelves = await shelvesLeft(order, effects)
  const onShelves = goods.map((piece) => ({ ...piece, level: shelves.get(piece.orderItem)! }))
  for (const { level, quantity, condition } of inOrderOfIds(onShelves, ({ level }) => level)) {
    const movement = { level, order, by }
    await moveGoods({ ...movement, quantity, reason: 'returned' }, {}, effects)
    if (condition === 'restock') continue
    await moveGoods({ ...movement, quantity: -quantity, reason: 'damaged' }, { mayPromiseMore: true }, effects)
  }
}

/** The level of each item; of several the first. */
async function shelvesLeft(order: string, { db }: StoreEffects): Promise<ReadonlyMap<string, string>> {
  const { data } = await db.reservations.find({ where: { order, status: 'shipped' }, sort: '-id', limit: 10_000 })
  return new Map(data.map(({ orderItem, level }) => [orderItem, level]))
}
