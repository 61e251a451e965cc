import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(8192)
/** What is in the pool, as text: cutting text is cheaper than making it of bytes one by one. */
let poolHex = ''
let poolOffset = 0
let lastMs = 0
let sequence = 0
let timeOfPrefix = -1
let prefix = ''

/**
 * Makes a UUIDv7 (RFC 9562, 5.7): ids made by one process sort by the moment they were made.
 *
 * Within a millisecond, or when the clock steps back, the 12 bits after the time count upwards (RFC 9562, 6.2, method 1).
 */
export function newId(nowMs: number = Date.now()): string {
  const random = randomHex()
  if (nowMs > lastMs) {
    lastMs = nowMs
    sequence = Number.parseInt(random.slice(0, 3), 16) & 0x3ff // starts below 1024 so that a burst has room to count
  } else {
    sequence += 1
    if (sequence > 0xfff) {
      lastMs += 1
      sequence = 0
    }
  }
  if (timeOfPrefix !== lastMs) {
    timeOfPrefix = lastMs
    const time = lastMs.toString(16).padStart(12, '0')
    prefix = `${time.slice(0, 8)}-${time.slice(8)}-`
  }
  const counter = (0x7000 | sequence).toString(16)
  const variant = variants[Number.parseInt(random.charAt(3), 16) & 3]
  return `${prefix}${counter}-${variant}${random.slice(4, 7)}-${random.slice(7)}`
}

/** The first digit of the fourth group: bits 10 and two random ones (RFC 9562, 4.1). */
const variants = ['8', '9', 'a', 'b']

/** Tells whether a text is a UUID in its lower-case canonical form, of any version. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && idPattern.test(value)
}

export const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** 19 random digits: 3 for the count, 1 for the variant, 15 for the rest. */
function randomHex(): string {
  if (poolOffset + 19 > poolHex.length) {
    randomFillSync(pool)
    poolHex = pool.toString('hex')
    poolOffset = 0
  }
  poolOffset += 19
  return poolHex.slice(poolOffset - 19, poolOffset)
}
