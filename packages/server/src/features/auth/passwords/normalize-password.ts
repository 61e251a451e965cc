/** Of the UTF-8 of a normalized password. 128 characters of any script are at most 512. */
export const maxPasswordBytes = 1024

// What comes in is bounded before any work: NFKC makes up to 18 characters of one.
const maxUnits = 1024

// Unassigned characters may be normalized otherwise by a later Unicode: whoever has one could not sign in any more.
const notText = /[\p{Cc}\p{Cs}\p{Cn}]/u

/**
 * Gives the form of a password that is counted, checked and hashed: NFKC, so that one password typed on two keyboards is one.
 *
 * Undefined: nothing that could be a password (control characters, halves of characters, too much of it).
 */
export function normalizePassword(password: string): string | undefined {
  if (password.length > maxUnits || notText.test(password)) return undefined
  const normalized = password.normalize('NFKC')
  return Buffer.byteLength(normalized) > maxPasswordBytes ? undefined : normalized
}
