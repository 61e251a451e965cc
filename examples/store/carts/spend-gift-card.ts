import { increment } from 'galley'
import type { StoreDb } from '../collections.ts'
import type { StoreEffects } from '../effects.ts'
import { cartErrors } from './errors.ts'

/** So much of a gift card, for an order. */
export interface GiftCardPayment {
  readonly giftCard: string
  readonly order: string
  /** Minor units of its currency, above 0. */
  readonly amount: number
}

/**
 * Takes an amount off a gift card for an order that is being placed. The balance and what is asked of it are one statement: a card in two
 * carts at once pays for one of them.
 *
 * @throws cart_gift_card_overdrawn
 */
export async function redeemGiftCard(
  { giftCard, order, amount }: GiftCardPayment,
  { db }: Pick<StoreEffects, 'db'>,
): Promise<void> {
  const enough = { status: 'active', balance: { gte: amount } } as const
  const left = await db['gift-cards'].updateIf(giftCard, enough, { balance: increment(-amount) })
  if (left === undefined) throw cartErrors.gift_card_overdrawn()
  await db['gift-card-movements'].create({ giftCard, kind: 'redeemed', amount: -amount, order })
}

/**
 * Puts back what an order had taken, all of it or a part.
 *
 * @throws cart_gift_card_overreturned  when the order had taken less.
 */
export async function returnToGiftCard(payment: GiftCardPayment, { db }: Pick<StoreEffects, 'db'>): Promise<void> {
  const { giftCard, order, amount } = payment
  await db['gift-cards'].update(giftCard, { balance: increment(amount) }) // holds the card: the sum below is of one at a time
  if (amount > (await paidBy(giftCard, order, db))) throw cartErrors.gift_card_overreturned()
  await db['gift-card-movements'].create({ giftCard, kind: 'returned', amount, order })
}

export interface GiftCardShare {
  readonly giftCard: string
  readonly amount: number
}

/** What gift cards have paid of an order and did not get back, by card. */
export async function giftCardShares(order: string, db: StoreDb): Promise<readonly GiftCardShare[]> {
  const { data } = await db['gift-card-movements'].find({ where: { order }, sort: 'giftCard', limit: 1_000 })
  const byCard = Map.groupBy(data, ({ giftCard }) => giftCard)
  return [...byCard].map(([giftCard, movements]) => ({ giftCard, amount: -sumOfAmounts(movements) }))
}

async function paidBy(giftCard: string, order: string, db: StoreDb): Promise<number> {
  const { data } = await db['gift-card-movements'].find({ where: { giftCard, order }, limit: 1_000 })
  return -sumOfAmounts(data)
}

function sumOfAmounts(movements: readonly { readonly amount: number }[]): number {
  return movements.reduce((sum, { amount }) => sum + amount, 0)
}
