import { createHash, randomBytes } from 'node:crypto'

/** Makes the secret of a guest: 256 random bits, 43 characters. */
export function newGuestSecret(): string {
  return randomBytes(32).toString('base64url')
}

export function isGuestSecret(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}

/** What is stored of a secret. It needs no salt and no slow hash: there are 2^256 to try. */
export function hashGuestSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
