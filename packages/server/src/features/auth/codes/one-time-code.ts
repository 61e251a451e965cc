import { randomInt } from 'node:crypto'
import { isSameText, keyedHash } from './keyed-hash.ts'
import { typedCode } from './typed-code.ts'

/** What a code is good for; for anything else it has another hash. */
export interface CodeBinding {
  /** What may be done with it: `sign-in`, `verify-email`. */
  readonly purpose: string
  readonly accountId: string
}

export type CodeDigits = 6 | 7 | 8

/** Makes a code for a mail: digits, each number as likely as any other. It needs few attempts and a short life to be safe. */
export function newOneTimeCode(digits: CodeDigits = 6): string {
  return String(randomInt(10 ** digits)).padStart(digits, '0')
}

/** Reads a code as people type it. Undefined: it is none. */
export function readOneTimeCode(typed: string): string | undefined {
  const text = typedCode(typed)
  return text !== undefined && /^[0-9]{6,8}$/.test(text) ? text : undefined
}

/**
 * Gives what is stored of a code; undefined when what was typed is no code.
 *
 * Without the key nobody can try the million codes there are on a stolen table.
 */
export function hashOneTimeCode(
  typed: string,
  { purpose, accountId }: CodeBinding,
  key: Uint8Array,
): string | undefined {
  const code = readOneTimeCode(typed)
  return code === undefined ? undefined : keyedHash(key, ['one-time-code', purpose, accountId, code])
}

/** Tells whether a code has this hash, in a time that says nothing about either. */
export function isOneTimeCode(typed: string, hash: string, binding: CodeBinding, key: Uint8Array): boolean {
  const own = hashOneTimeCode(typed, binding, key)
  return own !== undefined && isSameText(own, hash)
}
