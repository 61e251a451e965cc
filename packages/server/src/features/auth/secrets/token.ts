import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits as text: more than anybody can guess, so that it needs neither salt nor a slow hash. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a token. The purpose is part of it: at another door than its own the token is unknown. */
export function hashToken(token: string, purpose: string): string {
  return createHash('sha256').update(`${purpose}:${token}`).digest('hex')
}
