import { asSystem, boolean, integer, json, list, money, object, reference, text } from 'galley'
import { action } from '../collections.ts'
import type { StoreEffects } from '../effects.ts'
import { buyerOrStaff } from '../who.ts'
import { requireOpen } from './keep-cart.ts'
import { type CartToPrice, priceCart } from './price-cart.ts'

const line = object({
  variant: text(),
  name: text(),
  quantity: integer(),
  unitPrice: integer(),
  amount: integer(),
  discount: integer(),
  tax: integer(),
  total: integer(),
})
const step = object({
  kind: text(),
  label: text(),
  amount: integer(),
  appliesTo: text({ description: 'A variant, `shipping` or `order`.' }),
  isIncluded: boolean({ description: 'Part of the steps before: tax, where prices include it.' }),
})
const problem = object({ code: text(), message: text(), pointer: text(), params: json({ optional: true }) })

/**
 * What a cart costs, and why: `subtotal − discount + shipping` is the total, with the tax on top where prices do not include it.
 * Amounts without a currency are minor units of that of the totals.
 */
export const quoteFields = {
  subtotal: money(),
  discount: money(),
  shipping: money(),
  tax: money(),
  total: money(),
  giftCardAmount: money(),
  due: money(),
  pricesIncludeTax: boolean(),
  coupon: text({ optional: true, description: 'The code that is applied.' }),
  shippingMethod: reference('shipping-methods', { optional: true }),
  lines: list(line, { max: 1_000 }),
  explanation: list(step, { max: 10_000 }),
  giftCards: list(object({ giftCard: text(), hint: text(), amount: integer() })),
  shippingChoices: list(object({ method: text(), name: text(), amount: integer() })),
  problems: list(problem, { max: 1_000, description: 'Why it cannot be ordered as it is.' }),
}

export const quote = action('carts', 'quote', {
  description:
    'Tells what the cart costs now, step by step, how it can be shipped, and what stands in the way of ordering it.',
  output: quoteFields,
  allow: buyerOrStaff,
  async run({ record: cart, db, now }) {
    requireOpen(cart)
    return quoteOf(cart, { db: asSystem(db), now })
  },
})

/** The answer of `quote`. */
export async function quoteOf(cart: CartToPrice, { db, now }: Pick<StoreEffects, 'db' | 'now'>) {
  const { totals, lines, coupon, shipping, choices, problems } = await priceCart(cart, db, now)
  const money = (amount: number) => ({ amount, currency: totals.currency })
  return {
    subtotal: money(totals.subtotal),
    discount: money(totals.discount),
    shipping: money(totals.shipping.amount),
    tax: money(totals.tax),
    total: money(totals.total),
    giftCardAmount: money(totals.giftCardAmount),
    due: money(totals.due),
    pricesIncludeTax: totals.pricesIncludeTax,
    coupon: coupon?.code ?? null,
    shippingMethod: shipping?.method ?? null,
    lines: lines.map(({ id, name, quantity, unitPrice, amount, discount, tax, total }) => ({
      variant: id,
      name,
      quantity,
      unitPrice,
      amount,
      discount,
      tax,
      total,
    })),
    explanation: totals.explanation,
    giftCards: totals.giftCards.map(({ id, hint, amount }) => ({ giftCard: id, hint, amount })),
    shippingChoices: choices,
    problems,
  }
}
