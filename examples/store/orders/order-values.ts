import type { CreateInput } from 'galley'
import type { LineTotals, Totals } from '../pricing/totals.ts'
import type { orderItems, orders } from './orders.ts'

type OrderValues = CreateInput<typeof orders>
type Amounts = 'subtotal' | 'discount' | 'shipping' | 'shippingTax' | 'tax' | 'total' | 'giftCardAmount' | 'due'

/** What an order keeps of the totals of a cart. */
export function orderValues(
  totals: Totals,
): Pick<OrderValues, Amounts | 'currency' | 'pricesIncludeTax' | 'shippingTaxRate' | 'explanation'> {
  const { currency, pricesIncludeTax, shipping } = totals
  const money = (amount: number) => ({ amount, currency })
  return {
    currency,
    pricesIncludeTax,
    subtotal: money(totals.subtotal),
    discount: money(totals.discount),
    shipping: money(shipping.total),
    shippingTax: money(shipping.tax),
    shippingTaxRate: shipping.taxRate,
    tax: money(totals.tax),
    total: money(totals.total),
    giftCardAmount: money(totals.giftCardAmount),
    due: money(totals.due),
    explanation: totals.explanation.map((step) => ({ ...step })),
  }
}

/** A line of a cart; its id is that of the variant. */
export type SoldLine = LineTotals & { readonly sku: string }

export function itemValues(line: SoldLine, currency: string): Omit<CreateInput<typeof orderItems>, 'order'> {
  const { id: variant, product, sku, name, quantity, taxRate } = line
  const money = (amount: number) => ({ amount, currency })
  return {
    ...{ variant, product, sku, name, quantity, taxRate },
    unitPrice: money(line.unitPrice),
    amount: money(line.amount),
    discount: money(line.discount),
    net: money(line.net - line.netDiscount),
    tax: money(line.tax),
    total: money(line.total),
  }
}
