import { requireWhole, sumOf, wholeShareOf } from './whole-numbers.ts'

/**
 * Splits an amount by weights, so that the parts are whole and add up to it exactly.
 *
 * By the method of the largest remainder: each gets its share rounded down, and the units left over go one by one to those who lost
 * most, of equals to the earlier. The same amount and weights give the same parts, always; no part is above its share rounded up.
 * Where all weights are 0 the parts are as equal as can be.
 */
export function splitAmount(total: number, weights: readonly number[]): readonly number[] {
  requireWhole('An amount to split', total)
  if (weights.length === 0) return []
  for (const weight of weights) requireWhole('A weight', weight)
  const sum = sumOf(weights)
  if (sum === 0)
    return splitAmount(
      total,
      weights.map(() => 1),
    )
  const parts = weights.map((weight) => wholeShareOf(total, weight, sum))
  const left = total - sumOf(parts)
  for (const index of byRemainder(total, weights, sum).slice(0, left)) parts[index]! += 1
  return parts
}

/** The indexes, those whose share lost most by rounding down first. */
function byRemainder(total: number, weights: readonly number[], sum: number): readonly number[] {
  const remainders = weights.map((weight) => (BigInt(total) * BigInt(weight)) % BigInt(sum))
  return [...weights.keys()].sort((left, right) => {
    const [first, second] = [remainders[left]!, remainders[right]!]
    if (first === second) return left - right
    return first > second ? -1 : 1
  })
}
