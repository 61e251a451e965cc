/** Managing accounts, for whoever can reach the database anyway. `who` is an id or an e-mail address. */
export interface AccountManagement {
  /** Makes an account without a password. @returns also a link by which its owner chooses one. */
  create(account: {
    readonly email: string
    /** The collection it belongs to. Default: the usual one. */
    readonly accounts?: string
    readonly roles?: readonly string[]
    /** Further fields of the record. */
    readonly profile?: Readonly<Record<string, unknown>>
  }): Promise<{ readonly account: AccountSummary; readonly link: string }>
  list(): Promise<readonly AccountSummary[]>
  /** Ends its sessions; nobody signs in to it until it is enabled. */
  disable(who: string): Promise<AccountSummary>
  enable(who: string): Promise<AccountSummary>
  /** Takes every second factor from it, whose owner has lost them, ends its sessions and tells the owner by mail. */
  resetMfa(who: string): Promise<AccountSummary>
}

export interface AccountSummary {
  readonly id: string
  readonly accounts: string
  readonly email: string
  readonly isEmailVerified: boolean
  readonly roles: readonly string[]
  readonly factors: readonly string[]
  readonly disabledAt: string | null
  readonly lastSignInAt: string | null
}
