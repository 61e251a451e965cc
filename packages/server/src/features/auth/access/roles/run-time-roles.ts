import { type Actor, asSystem, type Hook, hook } from '../../../../plugin.ts'
import { writeAudit } from '../../audit.ts'
import type { AuthKit, AuthPart } from '../../kit.ts'
import type { AuthDb } from '../../tables.ts'
import { accessErrors } from '../errors.ts'
import { type AccessOptions, hasManagers } from '../options.ts'
import { lacking, permissionsOf, requireGivable, requireManager } from '../rights.ts'
import { type AuthRole, findRoles, roleCollections } from './auth-roles.ts'

/** Roles that are made while the application runs, and the permissions of roles. */
export const runTimeRoles: AuthPart = {
  isUsed: (options: AccessOptions) => hasManagers(options),
  collectionsFor: roleCollections,
  hooks: (_options, kit) => roleHooks(kit),
  actor: {
    from: ['auth-roles'],
    async extend(actor, _session, kit, account) {
      const granted = await findRoles(account.grants, kit.db, kit)
      return {
        value: { ...actor, permissions: permissionsOf(actor.roles, granted, kit) },
        rows: granted.map(({ id }) => ({ collection: 'auth-roles', id })),
      }
    },
  },
}

function roleHooks(kit: () => AuthKit): readonly Hook[] {
  const changing = async ({ actor, db, values, previous, record }: Changing) => {
    if (actor.kind === 'system') return
    const before = (previous ?? record)?.permissions ?? []
    const { permissions } = await requireManager(actor, null, db, kit())
    requireKnown(values?.permissions ?? [], kit())
    requireGivable(lacking([...before, ...(values?.permissions ?? [])], permissions))
  }
  const changed =
    (event: string) =>
    async ({ actor, db, record }: Changing) => {
      if (actor.kind === 'system') return
      const { id, name, permissions } = record!
      await writeAudit(asSystem(db) as AuthDb, { event, by: actor.id, details: { role: id, name, permissions } })
    }
  return [
    hook('auth-roles', 'beforeCreate', changing),
    hook('auth-roles', 'beforeUpdate', changing),
    hook('auth-roles', 'beforeDelete', changing),
    hook('auth-roles', 'afterCreate', changed('role-created')),
    hook('auth-roles', 'afterUpdate', changed('role-changed')),
    hook('auth-roles', 'afterDelete', changed('role-deleted')),
  ]
}

interface Changing {
  readonly actor: Actor
  readonly db: object
  readonly values?: Partial<AuthRole>
  readonly previous?: AuthRole
  readonly record?: AuthRole
}

function requireKnown(permissions: readonly string[], { context: { model } }: AuthKit): void {
  const permission = permissions.find((each) => !model.permissions.has(each))
  const known = [...model.permissions.keys()].join(', ') || 'none'
  if (permission !== undefined) throw accessErrors.permission_unknown({ details: { permission, known } })
}
