import type { AuthKit } from '../../kit.ts'
import { accessErrors } from '../errors.ts'

/**
 * Whoever makes a tenant owns it, so nothing that reaches beyond a tenant may follow from being a member of one.
 *
 * @throws auth_access_options_invalid
 */
export function checkTenantOptions({ options, context: { model, expandRoles } }: AuthKit): void {
  const { tenants, managers = [], impersonators = [], firstAdministrator } = options
  if (tenants === undefined) return
  for (const role of tenants.roles)
    if (!model.roles.has(role)) fail(`tenants.roles has ${role}, which is not declared in roles of the application`)
  const high = [...managers, ...impersonators, ...(firstAdministrator === undefined ? [] : [firstAdministrator.role])]
  const brought = expandRoles(tenants.roles)
  for (const role of high)
    if (brought.includes(role))
      fail(`tenants.roles brings ${role}, which would make members of a tenant administrators of all`)
  if (model.tenants !== undefined && model.tenants !== tenants.collection)
    fail(`tenants.collection is ${tenants.collection}, and collections belong to ${model.tenants}`)
}

function fail(problem: string): never {
  throw accessErrors.access_options_invalid({ details: { problem } })
}
