import { createHash, randomBytes } from 'node:crypto'

/** 256 bits, for the link in a mail: whoever has it sees the order. */
export function newLookupToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What the database keeps of a token: nobody who reads it can make the link. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
