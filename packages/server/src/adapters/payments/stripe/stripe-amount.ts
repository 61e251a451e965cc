/** Where Stripe counts in other units than ISO 4217: two decimals where there are none, and none where there are two. */
const unitsPerMinorUnit: Readonly<Record<string, number>> = { ISK: 100, UGX: 100, MGA: 1 / 100 }

/** The number that Stripe takes for an amount in minor units. Undefined: it has none for it. */
export function stripeAmount(amount: number, currency: string): number | undefined {
  const units = amount * (unitsPerMinorUnit[currency] ?? 1)
  return Number.isSafeInteger(units) ? units : undefined
}

/** The amount in minor units. */
export function amountFromStripe(units: number, currency: string): number {
  return Math.round(units / (unitsPerMinorUnit[currency] ?? 1))
}
