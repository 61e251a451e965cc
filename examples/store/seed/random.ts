/** Random numbers that are the same at every start. */
export interface Random {
  /** From 0 up to, not including, 1. */
  fraction(): number
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number
  shuffled<T>(list: readonly T[]): T[]
}

/** Mulberry32 by Tommy Ettinger (public domain): four lines of arithmetic, good enough for a shop. */
export function randomFrom(seed: number): Random {
  let state = seed
  const fraction = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(fraction() * limit)
  return { fraction, below, shuffled: (list) => shuffle([...list], below) }
}

function shuffle<T>(list: T[], below: (limit: number) => number): T[] {
  for (let last = list.length - 1; last > 0; last -= 1) {
    const other = below(last + 1)
    const moved = list[last] as T
    list[last] = list[other] as T
    list[other] = moved
  }
  return list
}
