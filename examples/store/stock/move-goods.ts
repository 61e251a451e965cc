import type { CreateInput } from 'galley'
import type { StoreEffects } from '../effects.ts'
import { changeLevel, type LevelChange, type StockLevel } from './change-level.ts'
import type { stockMovements } from './stock-movements.ts'

type Movement = CreateInput<typeof stockMovements>

/**
 * Moves pieces onto a shelf, or off it when `quantity` is below 0, and writes down why.
 *
 * Undefined, and nothing has moved, when there are not as many pieces.
 */
export async function moveGoods(
  movement: Movement,
  change: Omit<LevelChange, 'onHand'>,
  effects: StoreEffects,
): Promise<StockLevel | undefined> {
  const level = await changeLevel(movement.level, { ...change, onHand: movement.quantity }, effects)
  if (level !== undefined) await effects.db['stock-movements'].create(movement)
  return level
}
