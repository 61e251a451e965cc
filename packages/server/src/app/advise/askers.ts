import { type Actor, anonymous } from '../../model/actor.ts'
import { expandRoles } from '../../model/compile-roles.ts'
import { type Comparison, comparisonsIn } from './compared-fields.ts'
import { type MadeUp, madeUpId, ownerId } from './made-up-values.ts'

/** Somebody who asks, by a name for people. */
export interface Asker {
  readonly name: string
  readonly actor: Actor
}

/**
 * Everybody whose rights may differ: anonymous, somebody signed in for each kind of owner, one for each role, and one with every
 * permission. All of them act in one tenant, where there are any.
 */
export function askersOf(madeUp: MadeUp): readonly Asker[] {
  const { model } = madeUp
  const owners = [...new Set(comparisonsIn(model).flatMap(ownersOf))]
  const ids = owners.map((owner) => idOf(owner, madeUp))
  const users = owners.map((owner, index) => asker(owner === '' ? 'signed in' : `one of ${owner}`, ids[index]!, []))
  const first = ids[0] ?? ownerId(someone)
  const roles = [...model.roles.keys()].map((role) => asker(role, first, expandRoles(model.roles, [role])))
  const permitted = { ...asker('with every permission', first, []).actor, permissions: [...model.permissions.keys()] }
  const known = [
    ...(users.length === 0 ? [asker('signed in', first, [])] : users),
    ...roles,
    ...(permitted.permissions.length === 0 ? [] : [{ name: 'with every permission', actor: permitted }]),
  ]
  return [{ name: 'anonymous', actor: anonymous }, ...known.map((one) => inTenant(one, madeUp))]
}

function inTenant({ name, actor }: Asker, madeUp: MadeUp): Asker {
  const { tenants } = madeUp.model
  return tenants === undefined ? { name, actor } : { name, actor: { ...actor, tenant: idOf(tenants, madeUp) } }
}

const someone = 7

/** The collection whose records sign in, as far as a rule tells; empty: somebody of whom there is no record. */
function ownersOf({ collection, field, other }: Comparison): readonly string[] {
  if (other.from !== 'actor' || other.name !== 'id') return []
  return [field.name === 'id' ? collection.name : (field.relation?.target ?? '')]
}

function idOf(owner: string, madeUp: MadeUp): string {
  if (owner === '') return ownerId(someone)
  return madeUpId(owner, Math.floor(madeUp.rowCounts.get(owner)! / 3), madeUp)
}

function asker(name: string, id: string, roles: readonly string[]): Asker {
  return { name, actor: { kind: 'user', id, roles } }
}
