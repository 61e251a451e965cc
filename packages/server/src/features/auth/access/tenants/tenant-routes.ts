import { boolean, type FeatureRoute, list, object, route, text } from '../../../../plugin.ts'
import { writeAudit } from '../../audit.ts'
import type { AuthKit } from '../../kit.ts'
import { factorErrors } from '../../second-factor/errors.ts'
import { requireAnySession } from '../../sessions/require-session.ts'
import { visitorOf } from '../../sessions/visitor.ts'
import { lacksFactorFor } from '../../sign-in/second-factor-rule.ts'
import type { AuthDb } from '../../tables.ts'
import { accessErrors } from '../errors.ts'
import { findMembership, membershipsOf } from './memberships.ts'
import { rolesIn } from './tenant-actor.ts'

export function tenantRoutes(kit: AuthKit): readonly FeatureRoute[] {
  return [listRoute(kit), switchRoute(kit)]
}

function listRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('GET', '/api/auth/tenants', {
    summary: 'What this account is a member of',
    output: { data: list(object({ tenant: text(), roles: list(text()), isCurrent: boolean() })) },
    async run(request) {
      const { account } = await requireAnySession(request, kit)
      const { data } = await membershipsOf(kit.db).find({ where: { account: account.id }, limit: 1_000 })
      const shown = data.map(({ tenant, roles }) => ({ tenant, roles, isCurrent: tenant === request.actor.tenant }))
      return { body: { data: shown } }
    },
  })
}

function switchRoute(kit: AuthKit): FeatureRoute {
  const input = { tenant: text({ max: 60, optional: true, description: 'Null: act in none.' }) }
  return route<typeof input, AuthDb>('POST', '/api/auth/tenant', {
    summary: 'Choose the tenant to act in',
    description: 'The session goes on. Its rights are those of the new tenant from the next request on.',
    input,
    async run(request) {
      const { session, account } = await requireAnySession(request, kit)
      const { tenant } = request.input
      return request.once(async ({ db }) => {
        const membership = tenant === null ? undefined : await findMembership(account.id, tenant, db)
        if (tenant !== null && membership === undefined) throw accessErrors.tenant_unknown()
        if (membership !== undefined && lacksFactorFor(rolesIn(membership, kit), account, kit))
          throw factorErrors.enrolment_required()
        await db['auth-sessions'].update(session.id, { tenant })
        const { impersonator: by } = session
        const visitor = visitorOf(request, kit)
        await writeAudit(db, { event: 'tenant-chosen', account: account.id, by, visitor, details: { tenant } })
        return {}
      })
    },
  })
}
