/** `1 row`, `1 204 rows`; `all rows` when nobody has counted. */
export function count(number: number | undefined, one: string): string {
  if (number === undefined) return `all ${one}s`
  return `${grouped(number)} ${plural(number, one, `${one}s`)}`
}

export function plural(number: number, one: string, many: string): string {
  return number === 1 ? one : many
}

/** 1204 as `1 204`. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ' ')
}
