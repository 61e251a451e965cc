import { type FeatureRoute, json, type RouteEffects, type RouteRequest, route, text } from '../../../../plugin.ts'
import { checkedProfile, textsOf } from '../../accounts/checked-profile.ts'
import { createAccount } from '../../accounts/create-account.ts'
import { writeAudit } from '../../audit.ts'
import { authErrors } from '../../errors.ts'
import { type AuthKit, loginOf, requireKind } from '../../kit.ts'
import { hashNewPassword } from '../../passwords/new-password.ts'
import { consumeSecret, findSecret } from '../../secrets/secrets.ts'
import { requireSession } from '../../sessions/require-session.ts'
import { endSessions } from '../../sessions/sessions.ts'
import { visitorOf } from '../../sessions/visitor.ts'
import { lacksSecondFactor, needsSecondFactor } from '../../sign-in/second-factor-rule.ts'
import type { AuthAccount, AuthDb } from '../../tables.ts'
import { accessErrors } from '../errors.ts'
import { findMembership, membershipsOf } from '../tenants/memberships.ts'
import { type Invitation, invitationsOf } from './invitations.ts'
import { mayInvite } from './inviter.ts'

export function acceptRoute(kit: AuthKit): FeatureRoute {
  const input = {
    token: text({ max: 100, private: true }),
    password: text({ min: 1, max: 1_000, optional: true, private: true, description: 'Of the new account.' }),
    profile: json({ default: {}, description: 'Further fields of the record of the new account.' }),
  }
  return route<typeof input, AuthDb>('POST', '/api/auth/invitations/accept', {
    summary: 'Accept an invitation, by the token of a mail',
    description:
      'Whoever is signed in with the invited address joins. Otherwise a new account is made: sign in with it afterwards.',
    input,
    async run(request) {
      const invitation = await requireInvitation(request.input.token, kit.db, request.now)
      const joining = request.actor.session === undefined ? undefined : await requireSession(request, kit)
      const newcomer = joining === undefined ? await checkedNewcomer(request, invitation, kit) : undefined
      if (joining !== undefined) requireSame(joining.account, invitation)
      return request.once(async (effects) => {
        const current = await useUp(request.input.token, effects, kit)
        const account =
          newcomer === undefined
            ? joining!.account.id
            : await createAccount(newcomer, requireKind(current.accounts, kit), effects)
        await join(account, current, effects, kit)
        const { id, by, roles, tenant } = current
        const visitor = visitorOf(request, kit)
        await writeAudit(effects.db, {
          event: 'invitation-accepted',
          account,
          by,
          visitor,
          details: { invitation: id, roles, tenant },
        })
        return {}
      })
    },
  })
}

/** @throws auth_secret_invalid */
async function requireInvitation(token: string, db: AuthDb, now: string): Promise<Invitation> {
  const secret = await findSecret(db, token, 'invitation', now)
  const invitation = secret && (await invitationsOf(db).first({ where: { secret: secret.id } }))
  if (invitation === undefined) throw authErrors.secret_invalid()
  return invitation
}

/** The token came by mail to the address, so whoever has it may know whether there is such an account. */
async function checkedNewcomer(
  request: RouteRequest<{ readonly password: string | null; readonly profile: unknown }, AuthDb>,
  { accounts, email }: Invitation,
  kit: AuthKit,
) {
  const kind = requireKind(accounts, kit)
  const known = await kit.db['auth-accounts'].first({ where: { login: loginOf(kind, email) } })
  if (known !== undefined) throw accessErrors.invitation_needs_sign_in()
  const profile = checkedProfile(request.input.profile, kind.invitedFields)
  const { password } = request.input
  if (password === null)
    throw accessErrors.invitation_needs_password({
      issues: [{ pointer: '/password', code: 'required', message: 'is required' }],
    })
  const about = { emails: [email], names: textsOf(profile) }
  return { email, profile, passwordHash: await hashNewPassword(password, about, request, kit) }
}

function requireSame(account: AuthAccount, { accounts, email }: Invitation): void {
  const isSame = account.accounts === accounts && account.email.toLowerCase() === email.toLowerCase()
  if (!isSame) throw accessErrors.invitation_for_another()
}

/**
 * Of any number at once one gets the invitation; none does when whoever sent it may not give that any more.
 *
 * @throws auth_secret_invalid
 */
async function useUp(token: string, { db, now }: RouteEffects<AuthDb>, kit: AuthKit): Promise<Invitation> {
  const { id } = await consumeSecret(db, token, 'invitation', now)
  const invitation = await invitationsOf(db).first({ where: { secret: id } })
  const by = invitation && (await db['auth-accounts'].findOne(invitation.by))
  if (invitation === undefined || !(await mayInvite(by, invitation, db, kit))) throw authErrors.secret_invalid()
  return invitationsOf(db).update(invitation.id, { acceptedAt: now })
}

async function join(id: string, { roles, tenant }: Invitation, { db, now }: RouteEffects<AuthDb>, kit: AuthKit) {
  const account = await db['auth-accounts'].get(id)
  if (account.disabledAt !== null) throw authErrors.account_disabled()
  const emailVerifiedAt = account.emailVerifiedAt ?? now
  if (tenant === null) {
    const changed = await db['auth-accounts'].update(id, { emailVerifiedAt, roles: united(account.roles, roles) })
    // A role that demands a second factor begins with setting one up, at the next sign-in.
    const isLacking = lacksSecondFactor(changed, kit) && !needsSecondFactor(account, kit)
    return isLacking ? void (await endSessions(db, id)) : undefined
  }
  await db['auth-accounts'].update(id, { emailVerifiedAt })
  const membership = await findMembership(id, tenant, db)
  if (membership === undefined) await membershipsOf(db).create({ account: id, tenant, roles: [...roles] })
  else await membershipsOf(db).update(membership.id, { roles: united(membership.roles, roles) })
}

function united(some: readonly string[], others: readonly string[]): string[] {
  return [...new Set([...some, ...others])]
}
