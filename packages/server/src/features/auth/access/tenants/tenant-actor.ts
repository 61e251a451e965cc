import type { ActorPart, AuthKit } from '../../kit.ts'
import { lacksFactorFor } from '../../sign-in/second-factor-rule.ts'
import { findMembership, type Membership } from './memberships.ts'

/** Adds the tenant of the session, and what the account is in it, as long as it is a member. */
export const tenantActor: ActorPart = {
  from: ['auth-memberships'],
  async extend(actor, { tenant }, kit, account) {
    const membership = tenant === null ? undefined : await findMembership(account.id, tenant, kit.db)
    if (membership === undefined || tenant === null) return { value: actor, rows: [] }
    const roles = rolesIn(membership, kit)
    const isLacking = lacksFactorFor(roles, account, kit)
    return {
      value: isLacking ? actor : { ...actor, tenant, roles: kit.context.expandRoles([...actor.roles, ...roles]) },
      rows: [{ collection: 'auth-memberships', id: membership.id }],
    }
  },
}

/** What a member is in the tenant, with what comes through `includes`. */
export function rolesIn({ roles }: Pick<Membership, 'roles'>, { context, options }: AuthKit): readonly string[] {
  const known: readonly string[] = options.tenants?.roles ?? []
  return context.expandRoles(roles.filter((role) => known.includes(role)))
}
