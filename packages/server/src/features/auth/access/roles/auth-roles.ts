import { type AnyCollection, collection, isId, list, type RecordOf, role, text } from '../../../../plugin.ts'
import type { AuthKit } from '../../kit.ts'
import { type AuthDb, apiOf } from '../../tables.ts'
import { type AccessOptions, hasManagers } from '../options.ts'

/** Roles that are made while the application runs: names for sets of permissions. An account holds those in its `grants`. */
function authRolesFor(managers: readonly string[]) {
  const [first, ...others] = managers
  const isManager = role(first!, ...others)
  return collection('auth-roles', {
    description: 'Roles made at run time: each brings permissions.',
    fields: {
      name: text({ min: 1, max: 100, unique: true }),
      description: text({ max: 500, optional: true }),
      permissions: list(text({ max: 100 }), { max: 500, default: [] }),
    },
    rules: { read: isManager, create: isManager, update: isManager, delete: isManager },
  })
}

export function roleCollections(options: AccessOptions): readonly AnyCollection[] {
  return hasManagers(options) ? [authRolesFor(options.managers!)] : []
}

export type AuthRole = RecordOf<ReturnType<typeof authRolesFor>>

/** Those of the ids that there are. */
export async function findRoles(
  ids: readonly string[],
  db: AuthDb,
  { options }: AuthKit,
): Promise<readonly AuthRole[]> {
  if (ids.length === 0 || !hasManagers(options)) return []
  const roles = apiOf<ReturnType<typeof authRolesFor>>('auth-roles', db)
  const { data } = await roles.find({ where: { id: { in: ids.filter(isId) } }, limit: 100 })
  return data
}
