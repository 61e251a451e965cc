import { asSystem, increment, type Outbox, type RecordOf } from 'galley'
import { hook, type StoreDb } from '../collections.ts'
import type { stock } from './stock.ts'

/** Every product has its stock record from the first moment, under its own id: whoever takes from the stock need not look for it. */
export const openStock = hook('products', 'afterCreate', async ({ record: product, db }) => {
  await asSystem(db).stock.create({ id: product.id, product: product.id })
})

export interface Pieces {
  readonly product: string
  readonly quantity: number
}

export interface Shortage {
  readonly product: string
  readonly wanted: number
  readonly available: number
}

/** Takes pieces from the stock. When there are shortages the caller must throw, which puts everything back. */
export async function takeFromStock(
  lines: readonly Pieces[],
  store: StoreDb,
  events: Outbox,
): Promise<readonly Shortage[]> {
  const shortages: Shortage[] = []
  for (const { product, quantity } of inStockOrder(lines)) {
    const left = await store.stock.updateIf(
      product,
      { quantity: { gte: quantity } },
      { quantity: increment(-quantity) },
    )
    if (left === undefined) shortages.push(await shortageOf(product, quantity, store))
    else if (isLowSince(left, quantity)) await events.add('stock.low', { product, quantity: left.quantity })
  }
  return shortages
}

export async function returnToStock(lines: readonly Pieces[], store: StoreDb): Promise<void> {
  for (const { product, quantity } of inStockOrder(lines)) {
    await store.stock.update(product, { quantity: increment(quantity) })
  }
}

// Whoever locks two records locks them in the same order, so that two orders at once never wait for each other in a circle.
function inStockOrder(lines: readonly Pieces[]): readonly Pieces[] {
  return lines.toSorted((left, right) => (left.product < right.product ? -1 : 1))
}

async function shortageOf(product: string, wanted: number, store: StoreDb): Promise<Shortage> {
  const { quantity } = await store.stock.get(product)
  return { product, wanted, available: quantity }
}

/** Whether taking so many pieces brought it down to the threshold. */
function isLowSince({ quantity, lowThreshold }: RecordOf<typeof stock>, taken: number): boolean {
  return quantity <= lowThreshold && quantity + taken > lowThreshold
}
