/**
 * Multiplies `unitPrice` by `quantity`, less the discount (0.15 is 15 %), without the errors of floating point.
 *
 * Four digits after the point; what lies beyond is rounded, halves upwards.
 */
export function lineTotal(unitPrice: string | number, quantity: number, discount: string | number): string {
  const total = tenThousandths(unitPrice) * BigInt(quantity) * (10_000n - tenThousandths(discount))
  const digits = String((total + 5_000n) / 10_000n).padStart(5, '0')
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`
}

/** `"2.5"` is 25 000 of them. */
function tenThousandths(decimal: string | number): bigint {
  const [whole = '0', fraction = ''] = String(decimal).split('.')
  return BigInt(whole + fraction.padEnd(4, '0'))
}
