/** `"12.5"` at a scale of 2 is 1250. */
export function scaledFromDecimal(value: unknown, scale: number): bigint {
  const [whole = '', fraction = ''] = String(value).split('.')
  if (fraction.length > scale) throw new RangeError(`${value} has more than ${scale} digits after the point`)
  return BigInt(whole + fraction.padEnd(scale, '0'))
}

/** 1250 at a scale of 2 is `"12.50"`. */
export function decimalFromScaled(value: bigint | number, scale: number): string {
  const scaled = BigInt(value)
  if (scale === 0) return String(scaled)
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(scale + 1, '0')
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}
