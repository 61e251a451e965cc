import {
  type AnyCollection,
  and,
  collection,
  eq,
  isId,
  list,
  or,
  type RecordOf,
  reference,
  role,
  text,
} from '../../../../plugin.ts'
import { type AuthDb, apiOf } from '../../tables.ts'
import type { AccessOptions, TenantsOptions } from '../options.ts'

/** Which accounts are members of which tenant, and as what. Owners see and change those of the tenant they act in. */
function membershipsFor({ collection: tenants, roles: [owner] }: TenantsOptions, managers: readonly string[]) {
  const [first, ...others] = managers
  return collection('auth-memberships', {
    description: 'Who is a member of what, and in which roles.',
    fields: {
      tenant: reference(tenants, { immutable: true, onDelete: 'cascade' }),
      account: reference('auth-accounts', { immutable: true, onDelete: 'cascade' }),
      roles: list(text({ max: 100 }), { max: 20 }),
    },
    rules: {
      read: ({ row, actor }) => {
        const isOwn = or(eq(row.account, actor.id), and(eq(row.tenant, actor.tenant), role(owner)))
        return first === undefined ? isOwn : or(isOwn, role(first, ...others))
      },
      update: ({ row, actor }) => and(eq(row.tenant, actor.tenant), role(owner)),
      delete: ({ row, actor }) => or(eq(row.account, actor.id), and(eq(row.tenant, actor.tenant), role(owner))),
    },
    indexes: [{ fields: ['account', 'tenant'], unique: true }, ['tenant']],
  })
}

export function membershipCollections({ tenants, managers = [] }: AccessOptions): readonly AnyCollection[] {
  return tenants === undefined ? [] : [membershipsFor(tenants, managers)]
}

export type Membership = RecordOf<ReturnType<typeof membershipsFor>>

export function membershipsOf(db: AuthDb) {
  return apiOf<ReturnType<typeof membershipsFor>>('auth-memberships', db)
}

export async function findMembership(account: string, tenant: string, db: AuthDb): Promise<Membership | undefined> {
  if (!isId(tenant)) return undefined
  const found = await membershipsOf(db).first({ where: { account, tenant } })
  return found
}

/** The tenant of an account that is a member of one only. */
export async function onlyTenant(account: string, db: AuthDb, options: AccessOptions): Promise<string | null> {
  if (options.tenants === undefined) return null
  const { data } = await membershipsOf(db).find({ where: { account }, limit: 2 })
  return data.length === 1 ? data[0]!.tenant : null
}
