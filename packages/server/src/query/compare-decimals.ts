import { compareScalars } from './compare-values.ts'

/** Compares decimals in their JSON form (text of digits) exactly, whatever their scales. */
export function compareDecimals(op: Parameters<typeof compareScalars>[0], left: unknown, right: unknown): boolean {
  if (Array.isArray(right)) return right.some((value) => compareDecimals('eq', left, value))
  if (typeof left !== 'string' || typeof right !== 'string') return compareScalars(op, left, right)
  const scale = Math.max(scaleOf(left), scaleOf(right))
  const difference = unscaled(left, scale) - unscaled(right, scale)
  return compareScalars(op, difference < 0n ? -1 : difference > 0n ? 1 : 0, 0)
}

function scaleOf(decimal: string): number {
  const point = decimal.indexOf('.')
  return point < 0 ? 0 : decimal.length - point - 1
}

function unscaled(decimal: string, scale: number): bigint {
  return BigInt(decimal.replace('.', '') + '0'.repeat(scale - scaleOf(decimal)))
}
