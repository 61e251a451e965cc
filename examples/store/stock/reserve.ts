import { increment } from 'galley'
import type { StoreEffects } from '../effects.ts'
import { type Allocation, allocate, type Shelf, type Wanted } from './allocate.ts'
import { changeLevel, inOrderOfIds } from './change-level.ts'

/** The shelves that could serve what is wanted, as they are now, without waiting for anybody. */
export async function shelvesFor(wanted: readonly Wanted[], { db }: StoreEffects): Promise<readonly Shelf[]> {
  const { data } = await db['stock-levels'].find({
    where: { variant: { in: wanted.map(({ variant }) => variant) }, location: { isActive: true } },
    expand: { location: true },
    limit: 10_000,
  })
  return data.map(({ id, variant, available, location }) => ({ id, variant, available, priority: location!.priority }))
}

/**
 * Takes pieces out of what is available on the shelves. Each variant is wanted once.
 *
 * When there are shortages nothing is taken, and the caller must throw, so that whoever waits for the shelves goes on.
 */
export async function reserve(
  wanted: readonly Wanted[],
  shelves: readonly Shelf[],
  effects: StoreEffects,
): Promise<Allocation> {
  const allocation = allocate(wanted, await lockShelves(shelves, effects))
  if (allocation.shortages.length > 0) return allocation
  for (const { level, quantity, allowsBackorder } of allocation.shares)
    await changeLevel(level, { reserved: quantity, mayPromiseMore: allowsBackorder }, effects)
  return allocation
}

// A change of nothing waits for whoever is at the shelf, and then keeps others waiting until this transaction ends.
async function lockShelves(shelves: readonly Shelf[], { db }: StoreEffects): Promise<readonly Shelf[]> {
  const locked: Shelf[] = []
  for (const shelf of inOrderOfIds(shelves, ({ id }) => id)) {
    const { available } = await db['stock-levels'].update(shelf.id, { available: increment(0) })
    locked.push({ ...shelf, available })
  }
  return locked
}
