import { type AuthKit, requireKind } from '../kit.ts'
import type { AuthAccount } from '../tables.ts'

/** Whether the application demands a second factor of an account with its roles (`requireMfa`). */
export function needsSecondFactor(account: Pick<AuthAccount, 'accounts' | 'roles'>, kit: AuthKit): boolean {
  const { mfaRoles, roles } = requireKind(account.accounts, kit)
  const held = kit.context.expandRoles([...roles, ...account.roles])
  return mfaRoles.some((role) => held.includes(role))
}
