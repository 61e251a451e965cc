import { type Money, minorUnits } from 'galley'

/** What the shop takes. Amounts are minor units everywhere: 1250 is 12.50 EUR, 1250 JPY, and 1.250 KWD. */
export const shopCurrencies = ['EUR', 'SEK', 'NOK', 'DKK', 'GBP', 'CHF', 'USD', 'JPY', 'KWD'] as const

export type ShopCurrency = (typeof shopCurrencies)[number]

/** Writes an amount for people: `12.50 EUR`, `1250 JPY`, `-0.005 KWD`. */
export function moneyText({ amount, currency }: Money): string {
  const digits = minorUnits(currency)
  const figures = String(Math.abs(amount)).padStart(digits + 1, '0')
  const sign = amount < 0 ? '-' : ''
  if (digits === 0) return `${sign}${figures} ${currency}`
  return `${sign}${figures.slice(0, -digits)}.${figures.slice(-digits)} ${currency}`
}
