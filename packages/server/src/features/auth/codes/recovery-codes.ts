import { randomInt } from 'node:crypto'
import { keyedHash } from './keyed-hash.ts'
import { typedCode } from './typed-code.ts'

// Crockford's base 32: neither I, L, O nor U.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const groups = 3
const groupLength = 5
const codePattern = new RegExp(`^[${alphabet}]{${groups * groupLength}}$`)

export const recoveryCodeCount = 10

/** Makes ten codes `XXXXX-XXXXX-XXXXX` of 75 random bits each. They are shown once; only `hashRecoveryCode` of each is stored. */
export function newRecoveryCodes(count = recoveryCodeCount): readonly string[] {
  const codes = new Set<string>()
  while (codes.size < count) codes.add(newCode())
  return [...codes]
}

function newCode(): string {
  return Array.from({ length: groups }, newGroup).join('-')
}

function newGroup(): string {
  return Array.from({ length: groupLength }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** Reads a code as people type it: small letters, no lines, spaces, O for 0, I or L for 1. Undefined: it is none. */
export function readRecoveryCode(typed: string): string | undefined {
  const text = typedCode(typed)?.replaceAll('O', '0').replace(/[IL]/g, '1')
  return text !== undefined && codePattern.test(text) ? text : undefined
}

/**
 * Gives what is stored of a code, and looked for when one is typed; undefined when what was typed is no code.
 *
 * No slow hash: 75 bits cannot be tried out. The key and the account in it make the same code of two accounts look different.
 */
export function hashRecoveryCode(typed: string, accountId: string, key: Uint8Array): string | undefined {
  const code = readRecoveryCode(typed)
  return code === undefined ? undefined : keyedHash(key, ['recovery-code', accountId, code])
}
