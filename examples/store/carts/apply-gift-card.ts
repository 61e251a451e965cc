import { asSystem, reference, text } from 'galley'
import { action, type StoreDb } from '../collections.ts'
import { buyer } from '../who.ts'
import { cartErrors } from './errors.ts'
import { hashGiftCardCode } from './gift-card-code.ts'
import { giftCardProblem } from './gift-cards-of.ts'
import { requireOpen } from './keep-cart.ts'
import { quoteFields, quoteOf } from './quote.ts'

const maxGiftCards = 5

export const applyGiftCard = action('carts', 'apply-gift-card', {
  description: 'Pays with a gift card, as far as it goes. Answers the quote.',
  input: { code: text({ min: 1, max: 60, private: true }) },
  output: quoteFields,
  allow: buyer,
  async run({ record: cart, input, db, now }) {
    requireOpen(cart)
    const store = asSystem(db)
    const card = await store['gift-cards'].first({ where: { codeHash: hashGiftCardCode(input.code) } })
    if (card === undefined) throw cartErrors.gift_card_unknown()
    const problem = giftCardProblem(card, cart.currency)
    if (problem !== undefined) throw cartErrors.gift_card_refused({ details: { why: problem.message } })
    const ids = await giftCardIds(cart.id, store)
    await setGiftCards(cart.id, [...ids.filter((id) => id !== card.id), card.id], store)
    return quoteOf(cart, { db: store, now })
  },
})

export const removeGiftCard = action('carts', 'remove-gift-card', {
  description: 'Takes a gift card off the cart. Answers the quote.',
  input: { giftCard: reference('gift-cards') },
  output: quoteFields,
  allow: buyer,
  async run({ record: cart, input, db, now }) {
    requireOpen(cart)
    const store = asSystem(db)
    const ids = await giftCardIds(cart.id, store)
    await setGiftCards(
      cart.id,
      ids.filter((id) => id !== input.giftCard),
      store,
    )
    return quoteOf(cart, { db: store, now })
  },
})

/** The cart is locked by the action, so that what is read here is still true when it is written. */
async function giftCardIds(cart: string, store: StoreDb): Promise<readonly string[]> {
  const { giftCards } = await store.carts.get(cart, { expand: { giftCards: { sort: 'id' } } })
  return giftCards.map(({ id }) => id)
}

async function setGiftCards(cart: string, giftCards: readonly string[], store: StoreDb): Promise<void> {
  const why = `At most ${maxGiftCards} gift cards pay for an order.`
  if (giftCards.length > maxGiftCards) throw cartErrors.gift_card_refused({ details: { why } })
  await store.carts.update(cart, { giftCards })
}
