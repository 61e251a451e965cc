import { randomFillSync } from 'node:crypto'

const pool = new Uint8Array(4096)
let poolOffset = pool.length
let lastMs = 0
let sequence = 0

/**
 * Makes a UUIDv7 (RFC 9562, 5.7): ids made by one process sort by the moment they were made.
 *
 * Within a millisecond, or when the clock steps back, the 12 bits after the time count upwards (RFC 9562, 6.2, method 1).
 */
export function newId(nowMs: number = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs
    sequence = (randomByte() << 2) | (randomByte() >> 6) // starts below 1024 so that a burst has room to count
  } else {
    sequence += 1
    if (sequence > 0xfff) {
      lastMs += 1
      sequence = 0
    }
  }
  const time = lastMs.toString(16).padStart(12, '0')
  const counter = (0x7000 | sequence).toString(16)
  const variant = (0x80 | (randomByte() & 0x3f)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-${counter}-${variant}${hexBytes(1)}-${hexBytes(6)}`
}

/** Tells whether a text is a UUID in its lower-case canonical form, of any version. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && idPattern.test(value)
}

export const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

function randomByte(): number {
  if (poolOffset === pool.length) {
    randomFillSync(pool)
    poolOffset = 0
  }
  return pool[poolOffset++] as number
}

function hexBytes(count: number): string {
  let hex = ''
  for (let index = 0; index < count; index += 1) hex += randomByte().toString(16).padStart(2, '0')
  return hex
}
