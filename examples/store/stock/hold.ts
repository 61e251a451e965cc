import type { StoreEffects } from '../effects.ts'
import type { Share } from './allocate.ts'

/** How long goods are held for an order that is not paid. */
export const holdMinutes = 30

export interface OrderedItem {
  readonly id: string
  readonly order: string
  readonly variant: string
}

/** Writes down for which item of an order each share was reserved, until when. */
export async function holdShares(
  shares: readonly Share[],
  items: readonly OrderedItem[],
  { db, now }: StoreEffects,
): Promise<void> {
  const expiresAt = new Date(Date.parse(now) + holdMinutes * 60_000).toISOString()
  const itemOf = new Map(items.map((item) => [item.variant, item]))
  for (const { level, variant, quantity } of shares) {
    const { id, order } = itemOf.get(variant)!
    await db.reservations.create({ order, orderItem: id, level, quantity, status: 'held', expiresAt })
  }
}
