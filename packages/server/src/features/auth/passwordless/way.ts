import { choice, type ParsedValuesOf, text } from '../../../plugin.ts'

/** A way to sign in by mail: also the purpose of its secrets, its path and its cookie. */
export type Way = 'magic-link' | 'one-time-code'

/** How long a link or code is good. */
export const askedMs = 10 * 60_000

/** The look-up happens later, so that the answer takes as long for an address that nobody has. */
export const askedJob = 'auth.passwordless'

/** What is to be sent; `browser` is the one that asked. */
export const askedInput = {
  way: choice(['magic-link', 'one-time-code']),
  accounts: text(),
  email: text(),
  browser: text(),
}
export type Asked = ParsedValuesOf<typeof askedInput>

/** What is stored with a secret. */
export interface AskedData {
  readonly accounts: string
  readonly email: string
  readonly browser: string
  /** Of the code. */
  readonly code?: string
}
