import { rolesOf } from '../access/rights.ts'
import { type AuthKit, requireKind } from '../kit.ts'
import type { AuthAccount } from '../tables.ts'

/** Whether the application demands a second factor of an account with its roles (`requireMfa`). */
export function needsSecondFactor(account: Pick<AuthAccount, 'accounts' | 'roles'>, kit: AuthKit): boolean {
  return isDemanded(rolesOf(account, kit), account, kit)
}

/** Whether the roles of an account demand a second factor that it has not got. */
export function lacksSecondFactor(account: Pick<AuthAccount, 'accounts' | 'roles' | 'factors'>, kit: AuthKit): boolean {
  return account.factors.length === 0 && needsSecondFactor(account, kit)
}

/** The same for roles that it would have in some place, such as a tenant. @param roles  with those that come through `includes`. */
export function lacksFactorFor(
  roles: readonly string[],
  account: Pick<AuthAccount, 'accounts' | 'factors'>,
  kit: AuthKit,
): boolean {
  return account.factors.length === 0 && isDemanded(roles, account, kit)
}

function isDemanded(roles: readonly string[], { accounts }: Pick<AuthAccount, 'accounts'>, kit: AuthKit): boolean {
  return requireKind(accounts, kit).mfaRoles.some((role) => roles.includes(role))
}
