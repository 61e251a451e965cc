import { type Actor, asSystem, type Hook, hook } from '../../../../plugin.ts'
import { writeAudit } from '../../audit.ts'
import type { AuthKit } from '../../kit.ts'
import type { AuthDb } from '../../tables.ts'
import { accessErrors } from '../errors.ts'
import { unlessGone } from '../gone-meanwhile.ts'
import { differing, lacking, requireGivable } from '../rights.ts'
import { findMembership, type Membership, membershipsOf } from './memberships.ts'
import { rolesIn } from './tenant-actor.ts'

interface Change {
  readonly actor: Actor
  readonly db: object
}
type Updating = Change & { readonly values: Partial<Membership>; readonly previous: Membership }
type Updated = Change & { readonly record: Membership; readonly previous: Membership }
type Deleted = Change & { readonly record: Membership }

/** Owners change what members are, within what they are themselves; somebody always owns a tenant. */
export function membershipHooks(kit: () => AuthKit): readonly Hook[] {
  return [
    hook('auth-memberships', 'beforeUpdate', async ({ actor, db, values, previous }: Updating) => {
      if (actor.kind === 'system') return
      const roles = values.roles ?? previous.roles
      requireTenantRoles(lacking(roles, previous.roles), kit())
      const held = await heldIn(previous.tenant, previous.id, actor, asSystem(db) as AuthDb, kit())
      requireGivable(lacking([...previous.roles, ...differing(roles, previous.roles)], held))
    }),
    hook('auth-memberships', 'afterUpdate', async ({ actor, db, record, previous }: Updated) => {
      if (actor.kind === 'system') return
      const system = asSystem(db) as AuthDb
      await requireOwner(previous, record.roles, system, kit())
      await audit(
        'membership-changed',
        { tenant: record.tenant, was: previous.roles, is: record.roles },
        record,
        actor,
        system,
      )
    }),
    hook('auth-memberships', 'beforeDelete', async ({ actor, db, record }: Deleted) => {
      if (actor.kind === 'system' || isOwnOf(record, actor)) return
      const held = await heldIn(record.tenant, record.id, actor, asSystem(db) as AuthDb, kit())
      requireGivable(lacking(record.roles, held))
    }),
    hook('auth-memberships', 'afterDelete', async ({ actor, db, record }: Deleted) => {
      const system = asSystem(db) as AuthDb
      await leaveSessions(record, system)
      if (actor.kind === 'system') return
      await requireOwner(record, [], system, kit())
      await audit('membership-ended', { tenant: record.tenant, was: record.roles }, record, actor, system)
    }),
  ]
}

/** Leaving is for the owner of the account; an administrator who acts as them does not do it. */
function isOwnOf({ account }: Membership, { id, impersonator }: Actor): boolean {
  if (impersonator !== undefined) throw accessErrors.impersonated()
  return account === id
}

/** @throws auth_tenant_role_unknown */
export function requireTenantRoles(roles: readonly string[], { options }: AuthKit): void {
  const known = options.tenants?.roles ?? []
  const [role] = lacking(roles, known)
  if (role !== undefined) throw accessErrors.tenant_role_unknown({ details: { role, known: known.join(', ') } })
}

/** What somebody is in a tenant at this moment; whoever changes that waits. @param changed  the membership that is being changed. */
async function heldIn(tenant: string, changed: string, actor: Actor, db: AuthDb, kit: AuthKit) {
  if (actor.impersonator !== undefined) throw accessErrors.impersonated()
  const own = actor.id === null ? undefined : await findMembership(actor.id, tenant, db)
  // Of two who change each other one waits, and neither for ever.
  const current = own !== undefined && own.id < changed ? await lock(own, {}, db) : own
  return current === undefined ? [] : rolesIn(current, kit)
}

async function lock({ id, roles }: Membership, where: object, db: AuthDb): Promise<Membership | undefined> {
  return unlessGone(membershipsOf(db).updateIf(id, where, { roles: [...roles] }))
}

/** Of owners who leave at the same time each waits for those whose membership is older: the last one finds nobody else. */
async function requireOwner(previous: Membership, roles: readonly string[], db: AuthDb, { options }: AuthKit) {
  const [owner] = options.tenants!.roles
  if (!previous.roles.includes(owner) || roles.includes(owner)) return
  const { tenant, id } = previous
  const where = { tenant, roles: { contains: owner }, id: { ne: id } } as const
  for (;;) {
    const other = await membershipsOf(db).first({ where, sort: 'id' })
    if (other === undefined) throw accessErrors.last_owner({ details: { role: owner } })
    if (other.id > id) return
    if ((await lock(other, where, db)) !== undefined) return
  }
}

/** A membership that comes back is chosen anew. */
async function leaveSessions({ account, tenant }: Membership, db: AuthDb): Promise<void> {
  const { data } = await db['auth-sessions'].find({ where: { account, tenant }, limit: 10_000 })
  for (const { id } of data) await db['auth-sessions'].update(id, { tenant: null })
}

async function audit(event: string, details: object, { account }: Membership, actor: Actor, db: AuthDb): Promise<void> {
  await writeAudit(db, { event, account, by: actor.id, details })
}
