import { pricingErrors } from './errors.ts'

/**
 * Money is counted in whole numbers, from 0 to 9 007 199 254 740 991: what lies beyond JavaScript does not count exactly, and is refused.
 * What would be larger only on the way to a result is counted as a bigint.
 */

/** @throws pricing_amount_wrong  when it is no whole number, or below `min`. */
export function requireWhole(what: string, given: number, min = 0): number {
  if (!Number.isSafeInteger(given) || given < min)
    throw pricingErrors.amount_wrong({ details: { what, min, given: String(given) } })
  return given
}

/** @throws pricing_amount_uncountable */
export function sumOf(amounts: readonly number[]): number {
  return countable(amounts.reduce((sum, amount) => sum + BigInt(amount), 0n))
}

/** @throws pricing_amount_uncountable */
export function times(amount: number, count: number): number {
  return countable(BigInt(amount) * BigInt(count))
}

/** `amount × part / whole`, rounded half up: 0.5 is 1. None of them is negative. */
export function shareOf(amount: number, part: number, whole: number): number {
  const doubled = 2n * BigInt(amount) * BigInt(part) + BigInt(whole)
  return countable(doubled / (2n * BigInt(whole)))
}

/** `amount × part / whole`, without what is left over. None of them is negative. */
export function wholeShareOf(amount: number, part: number, whole: number): number {
  return countable((BigInt(amount) * BigInt(part)) / BigInt(whole))
}

function countable(result: bigint): number {
  if (result > BigInt(Number.MAX_SAFE_INTEGER)) throw pricingErrors.amount_uncountable()
  return Number(result)
}
