import { requireWhole, shareOf, sumOf } from './whole-numbers.ts'

export const taxCategories = ['standard', 'reduced', 'zero'] as const
export type TaxCategory = (typeof taxCategories)[number]

/** All of it: 1 000 000 parts per million. */
export const wholeRate = 1_000_000

export interface TaxRate {
  /** `VAT`, `MwSt.`, `moms`. */
  readonly name: string
  /** Parts per million: 190 000 is 19 %. */
  readonly rate: number
}

/** What holds where the buyer is. */
export interface Taxes {
  /** Whether prices are shown with tax (as in Europe) or without (as in the United States). */
  readonly pricesIncludeTax: boolean
  readonly rates: Readonly<Record<TaxCategory, TaxRate>>
}

/** Nothing is due: where the buyer is not known yet, or the shop does not pay taxes. */
export const untaxed: Taxes = Object.freeze({
  pricesIncludeTax: true,
  rates: Object.freeze({
    standard: Object.freeze({ name: 'Tax', rate: 0 }),
    reduced: Object.freeze({ name: 'Tax', rate: 0 }),
    zero: Object.freeze({ name: 'Tax', rate: 0 }),
  }),
})

/** A line of an order, or its shipping, taken apart. `total = net − netDiscount + tax`, always. */
export interface Charge {
  /** As prices are shown: with tax where they include it. */
  readonly amount: number
  /** Taken off the amount, at most all of it. */
  readonly discount: number
  /** The amount without tax. */
  readonly net: number
  /** The discount without tax. */
  readonly netDiscount: number
  /** Due on what is left after the discount. */
  readonly tax: number
  /** Parts per million. */
  readonly taxRate: number
  /** What is paid for it, with tax. */
  readonly total: number
}

/**
 * Takes an amount apart. Tax is rounded half up, once for each line: the law leaves the choice of line or invoice, and of how halves
 * are rounded, to the countries (European Court of Justice, C-484/06 "Ahold"); Britain's VAT Notice 700, 17.5 allows it by line.
 */
export function chargeOf(amount: number, discount: number, taxRate: number, pricesIncludeTax: boolean): Charge {
  requireWhole('An amount', amount)
  requireWhole('A discount', discount)
  requireWhole('What a discount leaves', amount - discount)
  requireWhole('A rate of tax', taxRate)
  const given = { amount, discount, taxRate }
  return pricesIncludeTax ? chargeWithTaxInside(given) : chargeWithTaxOnTop(given)
}

type Given = Pick<Charge, 'amount' | 'discount' | 'taxRate'>

function chargeWithTaxOnTop(given: Given): Charge {
  const { amount, discount, taxRate } = given
  const tax = shareOf(amount - discount, taxRate, wholeRate)
  return { ...given, net: amount, netDiscount: discount, tax, total: sumOf([amount - discount, tax]) }
}

function chargeWithTaxInside(given: Given): Charge {
  const { amount, discount, taxRate } = given
  const total = amount - discount
  const tax = taxInside(total, taxRate)
  const net = amount - taxInside(amount, taxRate)
  // A unit more of a price is at most a unit more of tax, so that what the discount leaves is never above what was there.
  return { ...given, net, netDiscount: net - (total - tax), tax, total }
}

function taxInside(amount: number, taxRate: number): number {
  return shareOf(amount, taxRate, wholeRate + taxRate)
}

/** Writes a rate for people: `19 %`, `7.7 %`. */
export function rateText(rate: number): string {
  return `${rate / (wholeRate / 100)} %`
}
