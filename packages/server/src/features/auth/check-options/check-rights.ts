import { isObject, type Model, nearestName, type Problems } from '../../../plugin.ts'
import type { AuthOptions } from '../options.ts'
import { type At, instead, textsIn } from './named.ts'

type Given = Partial<Record<keyof AuthOptions, unknown>>

/** Reports roles, permissions, accounts and tenants that are not declared. */
export function checkRights(given: Given, model: Model, problems: Problems): void {
  const at = (path: string): At => ({ at: `auth.${path}`, model, problems })
  for (const [position, account] of Array.isArray(given.accounts) ? given.accounts.entries() : []) {
    if (!isObject(account)) continue
    checkRoles(account.roles, at(`accounts[${position}].roles`))
    checkRoles(account.requireMfa, at(`accounts[${position}].requireMfa`))
  }
  checkRoles(given.managers, at('managers'))
  checkRoles(given.impersonators, at('impersonators'))
  checkRolePermissions(given.rolePermissions, at('rolePermissions'))
  checkFirstAdministrator(given, at('firstAdministrator'))
  checkTenants(given, at('tenants'))
}

function checkRoles(roles: unknown, { at, ...where }: At): void {
  for (const [position, role] of textsIn(roles)) checkRole(role, { at: `${at}[${position}]`, ...where })
}

function checkRole(role: string, { at, model: { roles }, problems }: At): void {
  if (roles.has(role)) return
  const near = nearestName(role, roles.keys())
  const meant = near === undefined ? `Declare it: defineApp({ roles: { ${role}: {} } }).` : `Did you mean ${near}?`
  problems.add(at, `There is no role ${role}. ${meant}`)
}

function checkRolePermissions(given: unknown, { at, model, problems }: At): void {
  for (const [role, permissions] of isObject(given) ? Object.entries(given) : []) {
    checkRole(role, { at: `${at}.${role}`, model, problems })
    for (const [position, name] of textsIn(permissions)) {
      if (model.permissions.has(name)) continue
      const near = nearestName(name, model.permissions.keys())
      const declare = `Declare it: defineApp({ permissions: { '${name}': 'What it allows' } }).`
      const meant = near === undefined ? declare : `Did you mean ${near}?`
      problems.add(`${at}.${role}[${position}]`, `There is no permission ${name}. ${meant}`)
    }
  }
}

function checkFirstAdministrator({ firstAdministrator: first, accounts }: Given, { at, ...where }: At): void {
  if (!isObject(first)) return
  if (typeof first.role === 'string') checkRole(first.role, { at: `${at}.role`, ...where })
  const known = (Array.isArray(accounts) ? accounts : []).flatMap(nameOfAccounts)
  const { accounts: name } = first
  if (typeof name === 'string' && !known.includes(name))
    where.problems.add(`${at}.accounts`, `There are no accounts ${name}. ${instead(name, known, 'The accounts are')}`)
}

function nameOfAccounts(account: unknown): readonly string[] {
  if (!isObject(account) || !isObject(account.collection)) return []
  return typeof account.collection.name === 'string' ? [account.collection.name] : []
}

function checkTenants(given: Given, { at, model, problems }: At): void {
  if (!isObject(given.tenants)) return
  const { collection, roles } = given.tenants
  checkRoles(roles, { at: `${at}.roles`, model, problems })
  checkReach(given, roles, { at: `${at}.roles`, model, problems })
  if (typeof collection !== 'string') return
  const own = [...model.collections.keys()].filter((name) => !name.startsWith('auth-'))
  if (!model.collections.has(collection))
    problems.add(
      `${at}.collection`,
      `There is no collection ${collection}. ${instead(collection, own, 'The collections are')}`,
    )
  else if (model.tenants !== undefined && model.tenants !== collection)
    problems.add(`${at}.collection`, `Collections belong to ${model.tenants}. Write collection: '${model.tenants}'.`)
}

/** Whoever makes a tenant owns it, so nothing that reaches beyond a tenant may follow from being a member of one. */
function checkReach(
  { managers, impersonators, firstAdministrator }: Given,
  roles: unknown,
  { at, model, problems }: At,
) {
  const first = isObject(firstAdministrator) ? [firstAdministrator.role] : []
  const high = new Set<unknown>(
    [...textsIn(managers), ...textsIn(impersonators)].map(([, role]) => role).concat(first as string[]),
  )
  for (const [position, role] of textsIn(roles))
    for (const brought of model.roles.get(role) ?? [])
      if (high.has(brought))
        problems.add(
          `${at}[${position}]`,
          `${role} brings ${brought}, which would make members of a tenant administrators of all. Take a role that does not.`,
        )
}
