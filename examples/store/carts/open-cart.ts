import { asSystem, choice, everyone, reference, text } from 'galley'
import { action } from '../collections.ts'
import { shopCurrencies } from '../pricing/currencies.ts'
import { hashOfSecret, newSecret } from '../secrets.ts'
import { country } from './shipping.ts'

/** Whoever has not signed in becomes a guest by it. Everybody else may as well `POST /api/carts`. */
export const openCart = action('carts', 'open', {
  on: 'collection',
  description: 'Opens a cart. Guests get a secret, once: sent as `Authorization: Cart <secret>` it is who they are.',
  input: {
    currency: choice(shopCurrencies, { default: 'EUR' }),
    country: text({ ...country, optional: true }),
  },
  output: { cart: reference('carts'), secret: text({ optional: true }) },
  hasSecret: true,
  allow: everyone(),
  async run({ input, actor, db, now }) {
    if (actor.kind !== 'anonymous') return { cart: (await db.carts.create(input)).id, secret: null }
    const store = asSystem(db)
    const secret = newSecret()
    const guest = await store.guests.create({ secretHash: hashOfSecret(secret), lastUsedAt: now })
    const cart = await store.carts.create({ ...input, guest: guest.id, customer: null })
    return { cart: cart.id, secret }
  },
})
