import { increment, integer, reference } from 'galley'
import { action, type StoreDb } from '../collections.ts'
import { buyer } from '../who.ts'
import { maxQuantity } from './carts.ts'
import { cartErrors } from './errors.ts'
import { requireOpen } from './keep-cart.ts'

/** An action locks its record: of two who add at once, the second finds what the first has put in. */
export const addToCart = action('carts', 'add', {
  description: 'Puts so many of a variant into the cart, in addition to those that are there.',
  input: { variant: reference('variants'), quantity: integer({ min: 1, max: maxQuantity, default: 1 }) },
  output: 'cart-items',
  allow: buyer,
  async run({ record: cart, input: { variant, quantity }, db }) {
    requireOpen(cart)
    const item = await db['cart-items'].first({ where: { cart: cart.id, variant } })
    if (item === undefined) return db['cart-items'].create({ cart: cart.id, variant, quantity })
    const more = await addPieces(item.id, quantity, db)
    if (more === undefined) throw cartErrors.quantity_limit({ details: { max: maxQuantity } })
    return more
  },
})

function addPieces(item: string, quantity: number, db: StoreDb) {
  return db['cart-items'].updateIf(
    item,
    { quantity: { lte: maxQuantity - quantity } },
    { quantity: increment(quantity) },
  )
}

/** Puts what lay in one cart into another, up to the limit of each thing. Both are locked. */
export async function moveItems(from: string, to: string, store: StoreDb): Promise<void> {
  const { data: items } = await store['cart-items'].find({ where: { cart: from }, sort: 'variant', limit: 1_000 })
  for (const { variant, quantity } of items) await moveItem(to, variant, quantity, store)
}

async function moveItem(cart: string, variant: string, quantity: number, store: StoreDb): Promise<void> {
  const there = await store['cart-items'].first({ where: { cart, variant } })
  if (there === undefined) await store['cart-items'].create({ cart, variant, quantity })
  else await store['cart-items'].update(there.id, { quantity: Math.min(maxQuantity, there.quantity + quantity) })
}
