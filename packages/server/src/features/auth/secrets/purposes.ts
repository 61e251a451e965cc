/** What takes secrets back before their time. */
export type Ending =
  /** All that was given out to the account ends: a new password, signing out everywhere, factors taken away. */
  | 'renewal'
  /** The account has another e-mail address: what was sent to the former one is not the owner's any more. */
  | 'other-address'
  /** The account has no second factor any more. */
  | 'no-factor'

/** What a secret is for, and what takes it back. One that was given out for one purpose is unknown to all others. */
const endings = {
  'verify-email': ['other-address'],
  'reset-password': ['renewal', 'other-address'],
  'change-email': ['renewal', 'other-address'],
  unlock: ['other-address'],
  'second-factor': ['renewal', 'no-factor'],
  'magic-link': ['renewal', 'other-address'],
  'one-time-code': ['renewal', 'other-address'],
  'recovery-code': ['no-factor'],
  // Bound to a session, a sign-in or a browser, and worth nothing without it.
  'passkey-challenge': [],
  'social-state': [],
  'social-exchange': [],
  // Of nobody yet.
  invitation: [],
  'first-administrator': [],
} as const satisfies Readonly<Record<string, readonly Ending[]>>

export type Purpose = keyof typeof endings

/** The purposes whose secrets are worth nothing from then on. */
export function endedBy(ending: Ending): readonly Purpose[] {
  const all = Object.entries(endings) as [Purpose, readonly Ending[]][]
  return all.filter(([, own]) => own.includes(ending)).map(([purpose]) => purpose)
}
