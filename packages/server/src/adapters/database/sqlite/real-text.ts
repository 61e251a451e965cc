/**
 * A number as text that SQLite reads back as the same number.
 *
 * The shortest text, which JavaScript writes, may lie so near the middle between two numbers that SQLite takes the other one:
 * of random bit patterns 3 in 1000 come out wrong, all of them very large or very small; with 19 digits none does.
 */
export function realText(value: number): string {
  const size = Math.abs(value)
  return value === 0 || (size > 1e-6 && size < 1e15) ? String(value) : value.toPrecision(19)
}
