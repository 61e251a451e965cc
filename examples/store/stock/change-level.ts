import { increment, type RecordOf } from 'galley'
import type { StoreEffects } from '../effects.ts'
import type { stockLevels } from './stock-levels.ts'

export type StockLevel = RecordOf<typeof stockLevels>

export interface LevelChange {
  /** Pieces that come, or go when below 0. Default 0. */
  readonly onHand?: number
  /** Pieces that are promised to an order, or no longer when below 0. Default 0. */
  readonly reserved?: number
  /** Back-orders: more may be promised than there is. Default false. */
  readonly mayPromiseMore?: boolean
}

/**
 * Changes what is on hand and what is reserved, and with them what is available, in one conditional statement.
 *
 * Undefined, and nothing is changed, when there are not as many pieces. Whoever changes several levels does so in the order of their
 * ids (`inOrderOfIds`), so that two orders at once never wait for each other in a circle.
 */
export async function changeLevel(
  id: string,
  { onHand = 0, reserved = 0, mayPromiseMore = false }: LevelChange,
  { db, events }: StoreEffects,
): Promise<StockLevel | undefined> {
  const available = onHand - reserved
  const level = await db['stock-levels'].updateIf(
    id,
    {
      ...(onHand < 0 && { onHand: { gte: -onHand } }),
      ...(available < 0 && !mayPromiseMore && { available: { gte: -available } }),
    },
    { onHand: increment(onHand), reserved: increment(reserved), available: increment(available) },
  )
  if (level !== undefined && hasJustRunLow(level, available)) await tellLow(level, events)
  return level
}

/** The order in which levels are changed. */
export function inOrderOfIds<T>(changes: readonly T[], idOf: (change: T) => string): readonly T[] {
  return changes.toSorted((left, right) => (idOf(left) < idOf(right) ? -1 : 1))
}

/** Whether this change brought it down to the reorder point: the pieces after that are not told one by one. */
function hasJustRunLow({ available, reorderPoint }: StockLevel, change: number): boolean {
  return available <= reorderPoint && available - change > reorderPoint
}

async function tellLow(level: StockLevel, events: StoreEffects['events']): Promise<void> {
  const { variant, location, available } = level
  await events.add('stock.low', { variant, location, available })
}
