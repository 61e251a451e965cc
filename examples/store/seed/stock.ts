import type { StoreDb } from '../collections.ts'
import { otherVariantId } from './catalogue.ts'
import type { OrderSeed } from './orders.ts'
import { productSeeds } from './products/index.ts'
import { seedId } from './seed-id.ts'
import { choiceOf } from './variants.ts'

export async function seedLocations(db: StoreDb): Promise<void> {
  await db.locations.create({ id: seedId('locations', 0), name: 'Harbour warehouse', priority: 1 })
}

/** What came in before the shop opened, what left with the orders of the first year, and what is promised to those still open. */
export async function seedStock(orders: readonly OrderSeed[], db: StoreDb): Promise<void> {
  const levels = await levelsByVariant(db)
  const { data: items } = await db['order-items'].find({ sort: 'id', limit: 10_000 })
  const statusOf = new Map(orders.map(({ id, status }) => [id, status]))
  const [gone, promised] = [new Map<string, number>(), new Map<string, number>()]
  for (const { id: orderItem, order, variant, quantity } of items) {
    const status = reservationStatuses[statusOf.get(order)!]
    if (status === undefined) continue
    await db.reservations.create({ order, orderItem, level: levels.get(variant)!, quantity, status })
    const counted = status === 'shipped' ? gone : promised
    counted.set(variant, (counted.get(variant) ?? 0) + quantity)
  }
  for (const [index, { stock }] of productSeeds.entries()) {
    const variant = seedId('products', index)
    const counts = { free: stock, promised: promised.get(variant) ?? 0, gone: gone.get(variant) ?? 0 }
    await seedLevel(levels.get(variant)!, counts, db)
  }
  await seedOtherLevels(levels, db)
}

/** What waits for a transfer from a bank is held without an end. */
const reservationStatuses = {
  placed: 'held',
  paid: 'kept',
  shipped: 'shipped',
  partiallyShipped: undefined,
  delivered: undefined,
  cancelled: undefined,
} as const

/** Of variants that nobody has ordered yet. */
async function seedOtherLevels(levels: ReadonlyMap<string, string>, db: StoreDb): Promise<void> {
  for (const [index, product] of productSeeds.entries())
    for (const [offset, { stock }] of choiceOf(product)?.others.entries() ?? [])
      await seedLevel(levels.get(otherVariantId(index, offset))!, { free: stock, promised: 0, gone: 0 }, db)
}

interface Counts {
  readonly free: number
  readonly promised: number
  readonly gone: number
}

async function seedLevel(level: string, { free, promised, gone }: Counts, db: StoreDb): Promise<void> {
  const onHand = free + promised
  const note = 'Before the books were opened'
  if (onHand + gone > 0)
    await db['stock-movements'].create({ level, quantity: onHand + gone, reason: 'received', note })
  if (gone > 0) await db['stock-movements'].create({ level, quantity: -gone, reason: 'shipped', note })
  await db['stock-levels'].update(level, { onHand, reserved: promised, available: free })
}

async function levelsByVariant(db: StoreDb): Promise<ReadonlyMap<string, string>> {
  const { data } = await db['stock-levels'].find({ limit: 10_000 })
  return new Map(data.map(({ id, variant }) => [variant, id]))
}
