import type { AuthKit } from '../../kit.ts'
import type { AuthAccount, AuthDb } from '../../tables.ts'
import { lacking, rightsOf } from '../rights.ts'
import { findMembership } from '../tenants/memberships.ts'
import { rolesIn } from '../tenants/tenant-actor.ts'

/** What an account may invite others to be: to a tenant as its owner, and anywhere else as one who manages accounts. */
export async function rolesToGive(
  account: AuthAccount,
  tenant: string | null,
  db: AuthDb,
  kit: AuthKit,
): Promise<readonly string[] | undefined> {
  if (account.disabledAt !== null) return undefined
  return tenant === null ? asManager(account, db, kit) : asOwner(account, tenant, db, kit)
}

async function asManager(account: AuthAccount, db: AuthDb, kit: AuthKit): Promise<readonly string[] | undefined> {
  const { roles } = await rightsOf(account, db, kit)
  return (kit.options.managers ?? []).some((role) => roles.includes(role)) ? roles : undefined
}

async function asOwner(account: AuthAccount, tenant: string, db: AuthDb, kit: AuthKit) {
  const { tenants } = kit.options
  const membership = tenants === undefined ? undefined : await findMembership(account.id, tenant, db)
  if (tenants === undefined || membership === undefined) return undefined
  const held = rolesIn(membership, kit)
  return held.includes(tenants.roles[0]) ? tenants.roles.filter((role) => held.includes(role)) : undefined
}

/** Whether the account may (still) invite somebody to be all of that. */
export async function mayInvite(
  by: AuthAccount | undefined,
  { roles, tenant }: { readonly roles: readonly string[]; readonly tenant: string | null },
  db: AuthDb,
  kit: AuthKit,
): Promise<boolean> {
  const givable = by === undefined ? undefined : await rolesToGive(by, tenant, db, kit)
  return givable !== undefined && lacking(roles, givable).length === 0
}
