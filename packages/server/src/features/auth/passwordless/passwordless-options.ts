/** Ways to sign in by mail alone; each is off unless it is turned on. */
export interface PasswordlessOptions {
  /** A link in a mail, good for ten minutes in the browser that asked for it. */
  readonly magicLink?: boolean
  /** Six digits in a mail, good for ten minutes and five wrong tries. */
  readonly code?: boolean
  /** Whether an address that is not known makes an account, where people may make their own. Default false. */
  readonly register?: boolean
}
