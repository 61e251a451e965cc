import { increment, list, role, text } from 'galley'
import { action } from '../collections.ts'
import { asShop, type StoreEffects } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import { shipReserved } from '../stock/ship-reserved.ts'
import { announce } from './announce.ts'
import { sendShipped } from './mails.ts'
import { type Mover, moveOrder, moverFrom, type Order } from './move-order.ts'
import { chosenPieces, itemsOf, type OrderItem, type Piece, piece, piecesOfOrder } from './ordered-pieces.ts'

export const ship = action('orders', 'ship', {
  description: 'Notes that a parcel has left the house: with the items that are named, or with all that is left.',
  input: {
    items: list(piece(), { ...piecesOfOrder, optional: true }),
    carrier: text({ min: 1, max: 100, trim: true, optional: true }),
    trackingCode: text({ min: 1, max: 100, trim: true, optional: true }),
  },
  output: 'shipments',
  allow: role('staff'),
  async run({ record, input: { items: named, ...parcel }, actor, ...context }) {
    const effects = asShop(context)
    const items = await itemsOf(record.id, effects)
    const packed = named ?? restOf(items)
    const by = moverFrom(actor)
    const order = await moveToShipped(record.id, items, packed, by, effects)
    await packItems(items, packed, effects)
    await shipReserved(order.id, packed, by.id, effects)
    const shipment = await writeShipment(order, parcel, packed, effects)
    await sendShipped(order, shipment, items, packed, effects)
    const { id, carrier, trackingCode } = shipment
    await announce('orders.shipped', order, effects, { shipment: id, carrier, trackingCode })
    return shipment
  },
})

function restOf(items: readonly OrderItem[]): readonly Piece[] {
  const rest = items.map(({ id, quantity, shippedQuantity }) => ({
    orderItem: id,
    quantity: quantity - shippedQuantity,
  }))
  return rest.filter(({ quantity }) => quantity > 0)
}

function moveToShipped(
  id: string,
  items: readonly OrderItem[],
  packed: readonly Piece[],
  by: Mover,
  effects: StoreEffects,
): Promise<Order> {
  const left = piecesIn(restOf(items)) - piecesIn(packed)
  const move =
    left > 0 ? { status: 'partiallyShipped' as const } : { status: 'shipped' as const, shippedAt: effects.now }
  return moveOrder(id, move, by, effects)
}

function piecesIn(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { quantity }) => sum + quantity, 0)
}

async function packItems(items: readonly OrderItem[], packed: readonly Piece[], { db }: StoreEffects): Promise<void> {
  for (const { id, name, quantity, wanted } of chosenPieces(items, packed)) {
    const fits = { shippedQuantity: { lte: quantity - wanted } }
    const shipped = await db['order-items'].updateIf(id, fits, { shippedQuantity: increment(wanted) })
    if (shipped === undefined) throw storeErrors.more_than_ordered({ details: { name } })
  }
}

async function writeShipment(
  { id: order }: Order,
  parcel: { readonly carrier: string | null; readonly trackingCode: string | null },
  packed: readonly Piece[],
  { db, now }: StoreEffects,
) {
  const shipment = await db.shipments.create({ order, ...parcel, shippedAt: now })
  for (const piece of packed) await db['shipment-items'].create({ shipment: shipment.id, order, ...piece })
  return shipment
}
