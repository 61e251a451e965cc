/** A way to sign in by mail: also the purpose of its secrets, its path and its cookie. */
export type Way = 'magic-link' | 'one-time-code'

/** How long a link or code is good. */
export const askedMs = 10 * 60_000

/** The look-up happens later, so that the answer takes as long for an address that nobody has. */
export const askedJob = 'auth.passwordless'

/** What is to be sent. */
export interface Asked {
  readonly way: Way
  readonly accounts: string
  readonly email: string
  /** Of the browser that asked. */
  readonly browser: string
}

/** What is stored with a secret. */
export interface AskedData {
  readonly accounts: string
  readonly email: string
  readonly browser: string
  /** Of the code. */
  readonly code?: string
}
