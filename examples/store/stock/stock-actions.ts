import { choice, integer, reference, role, text } from 'galley'
import { action } from '../collections.ts'
import { asShop, type StoreEffects } from '../effects.ts'
import { storeErrors } from '../errors.ts'
import { makeOnce } from '../make-once.ts'
import { inOrderOfIds, type StockLevel } from './change-level.ts'
import { moveGoods } from './move-goods.ts'

const shelf = { variant: reference('variants'), location: reference('locations') }
const note = text({ max: 500, trim: true, optional: true })

export const receive = action('stock-levels', 'receive', {
  on: 'collection',
  description: 'Notes pieces that have come in, and opens the shelf where there is none yet.',
  input: { ...shelf, quantity: integer({ min: 1, max: 1_000_000 }), note },
  output: 'stock-levels',
  allow: role('staff'),
  async run({ input: { variant, location, quantity, note }, actor, ...context }) {
    const effects = asShop(context)
    const { id } = await openShelf(variant, location, effects)
    await moveGoods({ level: id, quantity, reason: 'received', note, by: actor.id }, {}, effects)
    return id
  },
})

export const adjust = action('stock-levels', 'adjust', {
  on: 'collection',
  description:
    'Corrects what is on hand after counting, and says why. What is promised to orders cannot be taken away, but of back-orders.',
  input: {
    ...shelf,
    quantity: integer({ min: -1_000_000, max: 1_000_000, description: 'Pieces too many, or below 0: too few.' }),
    reason: choice(['adjusted', 'damaged'], { default: 'adjusted' }),
    note: text({ min: 1, max: 500, trim: true }),
  },
  output: 'stock-levels',
  allow: role('staff'),
  async run({ input: { variant, location, ...movement }, actor, ...context }) {
    const effects = asShop(context)
    const level = await requireShelf(variant, location, effects)
    const { allowsBackorder: mayPromiseMore } = await effects.db.variants.get(variant)
    const moved = await moveGoods({ level: level.id, ...movement, by: actor.id }, { mayPromiseMore }, effects)
    return requireMoved(moved, level, effects)
  },
})

export const transfer = action('stock-levels', 'transfer', {
  on: 'collection',
  description: 'Moves pieces from one location to another. The answer is the shelf they have come to.',
  input: {
    variant: reference('variants'),
    from: reference('locations'),
    to: reference('locations'),
    quantity: integer({ min: 1, max: 1_000_000 }),
    note,
  },
  output: 'stock-levels',
  allow: role('staff'),
  async run({ input: { variant, from, to, quantity, note }, actor, ...context }) {
    const effects = asShop(context)
    if (from === to) throw storeErrors.transfer_to_itself()
    const [source, target] = [await requireShelf(variant, from, effects), await openShelf(variant, to, effects)]
    const moves = [
      { level: source, quantity: -quantity },
      { level: target, quantity },
    ]
    for (const { level, quantity } of inOrderOfIds(moves, ({ level }) => level.id)) {
      const movement = { level: level.id, quantity, reason: 'transferred', note, by: actor.id } as const
      await requireMoved(await moveGoods(movement, {}, effects), level, effects)
    }
    return target
  },
})

function openShelf(variant: string, location: string, effects: StoreEffects): Promise<StockLevel> {
  return makeOnce(
    () => findShelf(variant, location, effects),
    () => effects.db['stock-levels'].create({ variant, location }),
  )
}

async function requireShelf(variant: string, location: string, effects: StoreEffects): Promise<StockLevel> {
  const level = await findShelf(variant, location, effects)
  if (level === undefined) throw storeErrors.no_shelf()
  return level
}

async function findShelf(variant: string, location: string, { db }: StoreEffects): Promise<StockLevel | undefined> {
  const level = await db['stock-levels'].first({ where: { variant, location } })
  return level
}

async function requireMoved(
  moved: StockLevel | undefined,
  level: StockLevel,
  { db }: StoreEffects,
): Promise<StockLevel> {
  if (moved !== undefined) return moved
  const { available } = await db['stock-levels'].get(level.id)
  throw storeErrors.stock_short({ details: { available } })
}
