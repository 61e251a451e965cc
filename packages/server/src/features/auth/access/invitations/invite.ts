import {
  email,
  type FeatureRoute,
  instant,
  list,
  object,
  type RouteEffects,
  type RouteRequest,
  route,
  sendMail,
  text,
} from '../../../../plugin.ts'
import { accountsInput } from '../../accounts/accounts-input.ts'
import { writeAudit } from '../../audit.ts'
import { countRequest, isMailDue } from '../../defence/limits.ts'
import { type AuthKit, loginOf } from '../../kit.ts'
import { linkTo } from '../../secrets/issue-link.ts'
import { findSecret, issueSecret } from '../../secrets/secrets.ts'
import { requireSession } from '../../sessions/require-session.ts'
import { visitorOf } from '../../sessions/visitor.ts'
import type { AuthAccount, AuthDb } from '../../tables.ts'
import { accessErrors } from '../errors.ts'
import { invitationMail } from '../mails.ts'
import { lacking, requireGivable, requireRoles } from '../rights.ts'
import { requireTenantRoles } from '../tenants/membership-hooks.ts'
import { type Invitation, invitationsOf } from './invitations.ts'
import { rolesToGive } from './inviter.ts'

const invitationMs = 7 * 86_400_000

export function inviterRoutes(kit: AuthKit): readonly FeatureRoute[] {
  return [inviteRoute(kit), listRoute(kit), revokeRoute(kit)]
}

const shownInvitation = {
  id: text(),
  email: text(),
  accounts: text(),
  roles: list(text()),
  tenant: text({ optional: true }),
  by: text(),
  createdAt: instant(),
  expiresAt: instant(),
  acceptedAt: instant({ optional: true }),
}

function inviteRoute(kit: AuthKit): FeatureRoute {
  const input = {
    ...accountsInput(kit),
    email: email(),
    roles: list(text({ max: 100 }), { max: 20, default: [] }),
    tenant: text({ max: 60, optional: true, description: 'Where they become a member. You own it, and act in it.' }),
  }
  return route<typeof input, AuthDb>('POST', '/api/auth/invitations', {
    summary: 'Invite somebody by mail',
    description: 'Answers the same whether there is an account of this address. The link is good once, for seven days.',
    input,
    output: shownInvitation,
    status: 201,
    async run(request) {
      const { account } = await requireSession(request, kit)
      await countRequest('invitation', request.clientAddress, kit)
      const { accounts, email, tenant } = request.input
      await requireInviter(request, account, kit)
      const login = loginOf({ name: accounts }, email)
      const isDue = await isMailDue('invitation', `${tenant ?? ''}:${login}`, kit)
      return request.once(async (effects) => ({ body: shown(await invite(request, account.id, isDue, effects, kit)) }))
    },
  })
}

type Wanted = Pick<Invitation, 'accounts' | 'email' | 'roles' | 'tenant'>

/** @throws auth_invitation_not_yours, auth_not_yours_to_give, auth_tenant_role_unknown */
async function requireInviter({ input, actor }: RouteRequest<Wanted, AuthDb>, account: AuthAccount, kit: AuthKit) {
  const { tenant, roles } = input
  const isHere = tenant === null || tenant === actor.tenant
  const givable = isHere ? await rolesToGive(account, tenant, kit.db, kit) : undefined
  if (givable === undefined) throw accessErrors.invitation_not_yours()
  if (tenant !== null) requireTenantRoles(roles, kit)
  requireRoles(roles, kit)
  requireGivable(lacking(roles, givable))
}

async function invite(
  request: RouteRequest<Wanted, AuthDb>,
  by: string,
  isMailDue: boolean,
  { db, jobs, now }: RouteEffects<AuthDb>,
  kit: AuthKit,
): Promise<Invitation> {
  const { accounts, email, roles, tenant } = request.input
  const token = await issueSecret(db, { purpose: 'invitation', account: null, now, lifetimeMs: invitationMs })
  const secret = (await findSecret(db, token, 'invitation', now))!
  const { expiresAt } = secret
  const values = { accounts, email, roles, tenant, by, expiresAt, secret: secret.id }
  const invitation = await invitationsOf(db).create(values)
  const visitor = visitorOf(request, kit)
  await writeAudit(db, { event: 'invited', by, visitor, details: { email, roles, tenant } })
  if (isMailDue)
    await sendMail(jobs, invitationMail, {
      to: email,
      input: { url: linkTo('invitation', token, kit), until: expiresAt },
    })
  return invitation
}

function listRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('GET', '/api/auth/invitations', {
    summary: 'Invitations that you may take back',
    description:
      'Those of the tenant you own and act in; otherwise, for those who manage accounts, those that belong to no tenant.',
    output: { data: list(object(shownInvitation)) },
    async run(request) {
      const tenant = await requireViewer(request, kit)
      const { data } = await invitationsOf(kit.db).find({ where: { tenant }, sort: '-createdAt', limit: 1_000 })
      return { body: { data: data.map(shown) } }
    },
  })
}

function revokeRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('DELETE', '/api/auth/invitations/:id', {
    summary: 'Take an invitation back',
    async run(request) {
      const tenant = await requireViewer(request, kit)
      return request.once(async ({ db }) => {
        const invitation = await invitationsOf(db).first({ where: { id: request.params.id!, tenant } })
        if (invitation === undefined) throw accessErrors.invitation_unknown()
        if ((await db['auth-secrets'].findOne(invitation.secret)) !== undefined)
          await db['auth-secrets'].delete(invitation.secret)
        await invitationsOf(db).delete(invitation.id)
        const { email, roles } = invitation
        await writeAudit(db, { event: 'invitation-revoked', by: request.actor.id, details: { email, roles, tenant } })
        return {}
      })
    },
  })
}

/** @returns the tenant whose invitations they see. @throws auth_invitation_not_yours */
async function requireViewer(request: Pick<RouteRequest, 'actor'>, kit: AuthKit): Promise<string | null> {
  const { account } = await requireSession(request, kit)
  for (const tenant of new Set([request.actor.tenant ?? null, null]))
    if ((await rolesToGive(account, tenant, kit.db, kit)) !== undefined) return tenant
  throw accessErrors.invitation_not_yours()
}

function shown({ id, email, accounts, roles, tenant, by, createdAt, expiresAt, acceptedAt }: Invitation) {
  return { id, email, accounts, roles, tenant, by, createdAt, expiresAt, acceptedAt }
}
