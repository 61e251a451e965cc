import type { Money } from 'galley'

/** A line of an order to be: what, how many, and the price of this moment. */
export interface OrderLine {
  readonly product: string
  readonly name: string
  readonly quantity: number
  readonly unitPrice: Money
  readonly total: Money
}

interface PricedProduct {
  readonly id: string
  readonly name: string
  readonly price: Money
}

/** Prices so many of a product. Nobody but the product says what it costs. */
export function orderLine({ id, name, price }: PricedProduct, quantity: number): OrderLine {
  return { product: id, name, quantity, unitPrice: price, total: { ...price, amount: price.amount * quantity } }
}

/** Adds up the lines, in minor units. The shop has one currency. */
export function totalOf(lines: readonly Pick<OrderLine, 'total'>[]): Money {
  return { amount: lines.reduce((sum, line) => sum + line.total.amount, 0), currency: 'EUR' }
}
