import { createHash, randomBytes, randomInt } from 'node:crypto'

/** Makes what opens something to whoever has it: 256 random bits, 43 characters that fit into a header and a link. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

export function isSecret(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}

/** What the database keeps of a secret. It needs no salt and no slow hash: there are too many to try. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

// Without 0, 1, I and O, which people take for each other.
const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

/** So many letters by chance, for people to read and type: 5 bits each. */
export function randomLetters(count: number): string {
  return Array.from({ length: count }, () => letters[randomInt(letters.length)]).join('')
}
