/** Who may do what with the accounts of others. By default nobody may anything. */
export interface AccessOptions {
  /** Roles whose holders manage accounts: read them all, give and take roles that they hold themselves, disable accounts. */
  readonly managers?: readonly string[]
  /** Roles whose holders may act as somebody else for a while, to see what they see. */
  readonly impersonators?: readonly string[]
  /** Permissions that roles of the application bring: `{ admin: 'all', editor: ['products.publish'] }`. Default: none brings any. */
  readonly rolePermissions?: Readonly<Record<string, readonly string[] | 'all'>>
  /** Accounts are members of these. Default: there are no tenants. */
  readonly tenants?: TenantsOptions
}

export interface TenantsOptions {
  /** The collection that `tenant` names: `'organizations'`. */
  readonly collection: string
  /** What members may be, declared in `roles` of the application. The first is the owner: whoever creates a tenant, and who invites others. */
  readonly roles: readonly [owner: string, ...others: string[]]
}

/** Whether anybody manages accounts. */
export function hasManagers({ managers = [] }: AccessOptions): boolean {
  return managers.length > 0
}
