const unitsMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Reads `90s`, `15m`, `12h`, `30d` or `2w` as milliseconds; undefined when it is none of these. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? []
  return unit === undefined ? undefined : Number(count) * unitsMs[unit]!
}
