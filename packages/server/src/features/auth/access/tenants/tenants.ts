import { type Actor, asSystem, type Hook, hook } from '../../../../plugin.ts'
import { writeAudit } from '../../audit.ts'
import type { AuthPart } from '../../kit.ts'
import type { AuthDb } from '../../tables.ts'
import type { AccessOptions } from '../options.ts'
import { membershipHooks } from './membership-hooks.ts'
import { membershipCollections, membershipsOf } from './memberships.ts'
import { tenantActor } from './tenant-actor.ts'
import { tenantRoutes } from './tenant-routes.ts'

/** Accounts as members of tenants. */
export const tenants: AuthPart = {
  isUsed: (options: AccessOptions) => options.tenants !== undefined,
  collectionsFor: membershipCollections,
  hooks: (options, kit) => [ownerHook(options.tenants!), ...membershipHooks(kit)],
  actor: tenantActor,
  routes: tenantRoutes,
}

/** Whoever makes a tenant owns it. */
function ownerHook({ collection, roles: [owner] }: NonNullable<AccessOptions['tenants']>): Hook {
  return hook(
    collection,
    'afterCreate',
    async ({ actor, record, db }: { actor: Actor; record: { id: string }; db: object }) => {
      if (actor.kind !== 'user' || actor.id === null || actor.accounts === undefined) return
      const system = asSystem(db) as AuthDb
      await membershipsOf(system).create({ account: actor.id, tenant: record.id, roles: [owner] })
      const { id: account, impersonator: by = null } = actor
      await writeAudit(system, { event: 'tenant-created', account, by, details: { tenant: record.id } })
    },
  )
}
