import { type Actor, asSystem, hintFor } from '../../../plugin.ts'
import { authErrors } from '../errors.ts'
import { type AuthKit, requireKind } from '../kit.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { accessErrors } from './errors.ts'
import { unlessGone } from './gone-meanwhile.ts'
import { type AuthRole, findRoles } from './roles/auth-roles.ts'

/** What an account holds wherever it acts: nothing that comes from a tenant. */
export interface Rights {
  /** With those that come through `includes`. */
  readonly roles: readonly string[]
  readonly permissions: readonly string[]
}

export async function rightsOf(account: AuthAccount, db: AuthDb, kit: AuthKit): Promise<Rights> {
  const roles = rolesOf(account, kit)
  const granted = await findRoles(account.grants, db, kit)
  return { roles, permissions: permissionsOf(roles, granted, kit) }
}

/** Roles of the account and of all of its kind, without those of a tenant. */
export function rolesOf(account: Pick<AuthAccount, 'accounts' | 'roles'>, kit: AuthKit): readonly string[] {
  return kit.context.expandRoles([...requireKind(account.accounts, kit).roles, ...account.roles])
}

export function permissionsOf(
  roles: readonly string[],
  granted: readonly Pick<AuthRole, 'permissions'>[],
  { context: { model }, options: { rolePermissions = {} } }: AuthKit,
): readonly string[] {
  const known = [...model.permissions.keys()]
  const brought = roles.flatMap((role) => {
    const permissions = Object.hasOwn(rolePermissions, role) ? rolePermissions[role]! : []
    return permissions === 'all' ? known : permissions
  })
  const held = new Set([...brought, ...granted.flatMap(({ permissions }) => permissions)])
  return known.filter((permission) => held.has(permission))
}

/**
 * What somebody may give to others: what the account holds at this moment, as far as the key or session they came with covers it.
 * Of two who change each other's rights at the same time, one sees what the other did.
 *
 * @param db       of a hook.
 * @param changed  the account that is being changed.
 * @throws auth_impersonated, auth_not_yours_to_give  when the actor is no manager any more.
 */
export async function requireManager(actor: Actor, changed: string | null, db: object, kit: AuthKit): Promise<Rights> {
  if (actor.impersonator !== undefined) throw accessErrors.impersonated()
  const rights = await rightsOfActor(actor, changed, asSystem(db) as AuthDb, kit)
  const { managers = [] } = kit.options
  if (managers.some((role) => rights.roles.includes(role))) return rights
  throw accessErrors.not_yours_to_give({ details: { what: managers.join(', ') } })
}

async function rightsOfActor(actor: Actor, changed: string | null, db: AuthDb, kit: AuthKit): Promise<Rights> {
  const { id, roles, permissions = [] } = actor
  if (actor.accounts === undefined || id === null) return { roles, permissions }
  // The account that is changed is locked already. Of two who change each other one waits, and neither for ever.
  const account = changed === null || id < changed ? await lockedAccount(id, db) : await db['auth-accounts'].findOne(id)
  if (account === undefined || account.disabledAt !== null) return { roles: [], permissions: [] }
  const now = await rightsOf(account, db, kit)
  return {
    roles: now.roles.filter((role) => roles.includes(role)),
    permissions: now.permissions.filter((permission) => permissions.includes(permission)),
  }
}

/** Whoever changes this account waits for the transaction, or is waited for. */
async function lockedAccount(id: string, db: AuthDb): Promise<AuthAccount | undefined> {
  return unlessGone(db['auth-accounts'].updateIf(id, { disabledAt: null }, { disabledAt: null }))
}

/** @throws auth_unknown_role */
export function requireRoles(roles: readonly string[], { context: { model } }: AuthKit): void {
  const unknown = roles.find((role) => !model.roles.has(role))
  if (unknown === undefined) return
  const names = [...model.roles.keys()]
  const hint = hintFor(unknown, names)
  throw authErrors.unknown_role({ details: { role: unknown, hint, known: names.join(', ') || 'none' } })
}

/** The elements that are in one of the lists only. */
export function differing<V>(one: readonly V[], other: readonly V[]): readonly V[] {
  return [...one.filter((each) => !other.includes(each)), ...other.filter((each) => !one.includes(each))]
}

export function lacking<V>(wanted: readonly V[], held: readonly V[]): readonly V[] {
  return wanted.filter((each) => !held.includes(each))
}

/** @throws auth_not_yours_to_give */
export function requireGivable(what: readonly string[]): void {
  if (what.length > 0) throw accessErrors.not_yours_to_give({ details: { what: what.join(', ') } })
}
