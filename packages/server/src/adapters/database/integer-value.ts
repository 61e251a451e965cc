/** A whole number of a driver in its JSON form: a number, or beyond 2^53 (only sums get there) its digits as text. */
export function integerValue(value: unknown): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}
