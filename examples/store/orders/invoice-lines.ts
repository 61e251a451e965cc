import type { RecordOf } from 'galley'
import { splitAmount } from '../pricing/split-amount.ts'
import { chargeOf } from '../pricing/taxes.ts'
import type { invoices } from './invoices.ts'
import type { Order } from './move-order.ts'
import type { OrderItem } from './ordered-pieces.ts'

export type Invoice = RecordOf<typeof invoices>
export type InvoiceLine = Invoice['lines'][number]
export type InvoiceSums = Pick<Invoice, 'lines' | 'taxes' | 'net' | 'tax' | 'total'>

/** What an order is made of, on paper: its items, then shipping. */
export function linesOfOrder(order: Order, items: readonly OrderItem[]): readonly InvoiceLine[] {
  const lines = items.map(({ sku, name, quantity, taxRate, net, tax }) => ({
    ...{ label: `${name} (${sku})`, quantity, taxRate },
    net: net.amount,
    tax: tax.amount,
  }))
  if (order.shipping.amount === 0) return lines
  const tax = order.shippingTax.amount
  const label = `Shipping: ${order.shippingMethod ?? ''}`
  return [...lines, { label, quantity: 1, taxRate: order.shippingTaxRate, net: order.shipping.amount - tax, tax }]
}

/**
 * Takes an amount apart that was given back for no item in particular: over the rates of the order, by what was charged at each.
 *
 * The parts come to exactly the amount.
 */
export function linesOfAmount(label: string, amount: number, charged: readonly InvoiceLine[]): readonly InvoiceLine[] {
  const taxes = taxesOf(charged)
  const parts = splitAmount(
    amount,
    taxes.map(({ net, tax }) => net + tax),
  )
  const lines = taxes.map(({ taxRate }, index) => {
    const { total, tax } = chargeOf(parts[index]!, 0, taxRate, true)
    return { label, quantity: 1, taxRate, net: total - tax, tax }
  })
  return lines.filter(({ net, tax }) => net + tax > 0)
}

export function sumsOfLines(lines: readonly InvoiceLine[]): InvoiceSums {
  const net = sum(lines, 'net')
  const tax = sum(lines, 'tax')
  return { lines, taxes: taxesOf(lines), net, tax, total: net + tax }
}

function taxesOf(lines: readonly InvoiceLine[]): Invoice['taxes'] {
  const byRate = Map.groupBy(lines, ({ taxRate }) => taxRate)
  return [...byRate]
    .sort(([left], [right]) => right - left)
    .map(([taxRate, of]) => ({ taxRate, net: sum(of, 'net'), tax: sum(of, 'tax') }))
}

function sum(lines: readonly InvoiceLine[], part: 'net' | 'tax'): number {
  return lines.reduce((total, line) => total + line[part], 0)
}
