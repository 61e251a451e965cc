import { createHmac, timingSafeEqual } from 'node:crypto'

/** HMAC-SHA-256 over a list of texts, as base64url. JSON says where one ends, so that no two lists are the same text. */
export function keyedHash(key: Uint8Array, parts: readonly string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url')
}

/** Compares two texts in a time that does not tell where they differ. */
export function isSameText(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)]
  return first.length === second.length && timingSafeEqual(first, second)
}
