import type { RecordOf } from 'galley'
import type { orders } from './orders.ts'

export type OrderStatus = RecordOf<typeof orders>['status']
export type MoverKind = 'customer' | 'staff' | 'system'

interface OrderMove {
  readonly from: OrderStatus
  readonly to: OrderStatus
  readonly by: readonly MoverKind[]
}

/** Who may move an order from where to where. Everything else is refused with store_order_status. */
const orderMoves: readonly OrderMove[] = [
  { from: 'placed', to: 'paid', by: ['system'] },
  { from: 'placed', to: 'cancelled', by: ['customer', 'staff', 'system'] },
  { from: 'paid', to: 'cancelled', by: ['customer', 'staff'] },
  { from: 'paid', to: 'partiallyShipped', by: ['staff'] },
  { from: 'paid', to: 'shipped', by: ['staff'] },
  { from: 'partiallyShipped', to: 'partiallyShipped', by: ['staff'] },
  { from: 'partiallyShipped', to: 'shipped', by: ['staff'] },
  { from: 'shipped', to: 'delivered', by: ['customer', 'staff'] },
]

/** From where they may move an order there. */
export function statusesBefore(to: OrderStatus, by: MoverKind): readonly OrderStatus[] {
  return orderMoves.filter((move) => move.to === to && move.by.includes(by)).map((move) => move.from)
}
