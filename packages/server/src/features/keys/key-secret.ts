import { createHash, randomBytes } from 'node:crypto'

/** Begins every key, so that scanners for leaked secrets recognize one. */
export const keyMark = 'glk_'

const secretPattern = /^glk_[A-Za-z0-9_-]{43}$/

/** Makes a key: 256 random bits. */
export function newSecret(): string {
  return keyMark + randomBytes(32).toString('base64url')
}

/** What is stored of a key. It needs no salt and no slow hash: there are 2^256 keys to try. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

export function isSecret(text: string): boolean {
  return secretPattern.test(text)
}

/** The first characters of a key, for lists. */
export function prefixOf(secret: string): string {
  return `${secret.slice(0, 10)}…`
}
