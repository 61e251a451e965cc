const unitsMs = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
} as const

/** A time with its unit: `90s`, `15m`, `12h`, `30d` or `2w`. */
export type Duration = `${number}${keyof typeof unitsMs}`

/** Reads `90s`, `15m`, `12h`, `30d` or `2w` as milliseconds; undefined when it is none of these. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,6})([smhdw])$/.exec(text) ?? []
  return unit === undefined ? undefined : Number(count) * unitsMs[unit as keyof typeof unitsMs]
}

/** `10m` as people say it: `10 minutes`. */
export function durationText(duration: Duration): string {
  const count = Number.parseInt(duration, 10)
  const name = unitNames[duration.at(-1) as keyof typeof unitsMs]
  return `${count} ${count === 1 ? name : `${name}s`}`
}

const unitNames = { s: 'second', m: 'minute', h: 'hour', d: 'day', w: 'week' } as const

/**
 * How a time as people write it, such as `10 minutes`, is written here; undefined when it is not clear.
 * A bare number is in seconds.
 */
export function likelyDuration(text: string): Duration | undefined {
  const [, count, unit = 's'] = likelyPattern.exec(text.trim().toLowerCase()) ?? []
  return count === undefined ? undefined : `${Number(count)}${unit[0] as keyof typeof unitsMs}`
}

const likelyPattern = /^(\d{1,6})\s*(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)?$/
