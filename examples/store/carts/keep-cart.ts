import { asSystem, increment } from 'galley'
import { hook, type StoreDb } from '../collections.ts'
import { maxItems } from './carts.ts'
import { cartErrors } from './errors.ts'

// Whoever changes what is in a cart changes the cart first, in one statement: a checkout at the same time has it either with the change,
// or has closed it before.

export const countItems = hook('cart-items', 'beforeCreate', async ({ values: { cart }, db }) => {
  if (cart === undefined) return
  await noteChange(cart, db)
  const count = await asSystem(db)['cart-items'].count({ cart })
  if (count >= maxItems) throw cartErrors.full({ details: { max: maxItems } })
})

export const noteNewQuantity = hook('cart-items', 'beforeUpdate', ({ previous, db }) => noteChange(previous.cart, db))

export const noteRemoval = hook('cart-items', 'beforeDelete', ({ record, db }) => noteChange(record.cart, db))

async function noteChange(id: string, db: StoreDb): Promise<void> {
  const cart = await db.carts.findOne(id)
  if (cart === undefined) return // not theirs: the rule of the items refuses it, and tells nothing of the cart
  const store = asSystem(db)
  if (await store.carts.updateIf(id, { status: 'open' }, { changes: increment(1) })) return
  requireOpen(await store.carts.get(id))
}

/** @throws cart_not_open */
export function requireOpen({ status }: { readonly status: string }): void {
  if (status !== 'open') throw cartErrors.not_open({ details: { status } })
}
