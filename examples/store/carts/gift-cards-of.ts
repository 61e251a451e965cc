import type { Issue } from 'galley'
import type { StoreDb } from '../collections.ts'
import type { GiftCardBalance } from '../pricing/totals.ts'

interface Cart {
  readonly id: string
  readonly currency: string
}

/** The gift cards of a cart that can pay, and what is wrong with the others. */
export async function giftCardsOf(
  { id, currency }: Cart,
  store: StoreDb,
): Promise<{ readonly usable: readonly GiftCardBalance[]; readonly problems: readonly Issue[] }> {
  const { giftCards } = await store.carts.get(id, { expand: { giftCards: { sort: 'id' } } })
  const usable: GiftCardBalance[] = []
  const problems: Issue[] = []
  for (const card of giftCards) {
    const problem = giftCardProblem(card, currency)
    if (problem === undefined) usable.push(card)
    else problems.push(problem)
  }
  return { usable, problems }
}

export interface UsableCard {
  readonly hint: string
  readonly currency: string
  readonly status: string
  readonly balance: number
}

/** Why a gift card cannot pay; undefined: it can. */
export function giftCardProblem({ hint, currency, status, balance }: UsableCard, wanted: string): Issue | undefined {
  const problem = (code: string, message: string): Issue => ({ pointer: '/giftCards', code, message, params: { hint } })
  if (status !== 'active') return problem('gift_card_blocked', `The gift card ${hint} cannot be used.`)
  if (currency !== wanted) return problem('gift_card_currency', `The gift card ${hint} is for orders in ${currency}.`)
  if (balance === 0) return problem('gift_card_empty', `Nothing is left on the gift card ${hint}.`)
  return undefined
}
