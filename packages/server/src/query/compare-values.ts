import type { CompareOp } from '../model/rule.ts'

/** Compares two values in their JSON form, as SQL would: anything compared with null is false. */
export function compareScalars(op: CompareOp, left: unknown, right: unknown): boolean {
  if (left === null || left === undefined || right === null || right === undefined) return false
  return comparisons[op](left, right)
}

const comparisons: Readonly<Record<CompareOp, (left: unknown, right: unknown) => boolean>> = {
  eq: (left, right) => order(left, right) === 0,
  lt: (left, right) => order(left, right) < 0,
  lte: (left, right) => order(left, right) <= 0,
  gt: (left, right) => order(left, right) > 0,
  gte: (left, right) => order(left, right) >= 0,
  in: (left, right) => (right as readonly unknown[]).some((value) => value !== null && order(left, value) === 0),
  contains: (left, right) => String(left).includes(String(right)),
  icontains: (left, right) => String(left).toLowerCase().includes(String(right).toLowerCase()),
  startsWith: (left, right) => String(left).startsWith(String(right)),
  endsWith: (left, right) => String(left).endsWith(String(right)),
  has: (left, right) => (left as readonly unknown[]).includes(right),
}

/** Negative, zero or positive. Texts go by code point, which is the order of their UTF-8 bytes in a database. */
export function order(left: unknown, right: unknown): number {
  if (typeof left === 'string' && typeof right === 'string') return compareText(left, right)
  return Number(left) - Number(right)
}

function compareText(left: string, right: string): number {
  if (left === right) return 0
  const length = Math.min(left.length, right.length)
  for (let index = 0; index < length; index += 1) {
    if (left.charCodeAt(index) !== right.charCodeAt(index))
      return codePointRank(left, index) - codePointRank(right, index)
  }
  return left.length - right.length
}

/** Surrogates sort after the rest of the basic plane in UTF-8, before it in UTF-16. */
function codePointRank(text: string, index: number): number {
  const unit = text.charCodeAt(index)
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
