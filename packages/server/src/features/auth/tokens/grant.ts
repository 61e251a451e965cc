import { checkScopes, type KnownActor, type MadeFromRows, type RouteRequest } from '../../../plugin.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import { requireSession } from '../sessions/require-session.ts'
import { requireRecent } from '../sign-in/recent.ts'
import { lacksSecondFactor } from '../sign-in/second-factor-rule.ts'
import type { AuthAccount, AuthSession } from '../tables.ts'
import { tokenErrors } from './errors.ts'

/** Rights that an account has given out of its own: to whoever has a token, or a key. */
export interface Grant {
  readonly id: string
  readonly kind: KnownActor['kind']
  readonly scopes: readonly string[] | null
  readonly tenant: string | null
  /** Null: nobody proved anything when it was used. */
  readonly authenticatedAt: string | null
  readonly createdAt: string
}

/** Who acts by it: the account with the roles it has now, within the scopes. There is no session: it cannot change how the account is signed in to. */
export async function actorFromGrant(
  account: AuthAccount,
  grant: Grant,
  kit: AuthKit,
): Promise<MadeFromRows<KnownActor>> {
  const { value, rows } = await kit.actorFor(account, asSession(account, grant, kit))
  const { session: _, authenticatedAt: __, ...actor } = value
  const { authenticatedAt, kind } = grant
  const scopes = actor.scopes ?? grant.scopes
  return {
    value: Object.freeze({
      ...actor,
      kind,
      ...(authenticatedAt !== null && { authenticatedAt }),
      ...(scopes !== null && { scopes: Object.freeze([...scopes]) }),
    }),
    rows,
  }
}

/** What parts of sign-in add to a session they add to a token as well. */
function asSession(account: AuthAccount, { id, tenant, authenticatedAt, createdAt }: Grant, kit: AuthKit): AuthSession {
  const { generation } = account
  return {
    id,
    createdAt,
    updatedAt: createdAt,
    version: 1,
    account: account.id,
    hash: '',
    generation,
    transport: 'token',
    methods: [],
    // A role that demands a second factor may have come after the grant.
    stage: lacksSecondFactor(account, kit) ? 'enrol' : 'full',
    authenticatedAt: authenticatedAt ?? createdAt,
    secondFactorAt: null,
    lastUsedAt: createdAt,
    expiresAt: createdAt,
    userAgent: null,
    address: null,
    tenant,
    impersonator: null,
  }
}

/**
 * Whoever may give out rights that outlive the session: themselves, wholly signed in, a short while ago.
 *
 * @throws auth_sign_in_required, auth_enrolment_required, auth_impersonated, auth_email_unverified, auth_reauthentication_required
 */
export async function requireGiver(request: Pick<RouteRequest, 'actor' | 'now'>, kit: AuthKit) {
  const { session, account } = await requireSession(request, kit)
  // Whoever proves later that the address is theirs shall find nobody in the account.
  if (account.emailVerifiedAt === null) throw authErrors.email_unverified()
  requireRecent(session, request.now)
  return { session, account }
}

/** @throws auth_scopes_invalid  when one of them covers nothing there is. */
export function requireScopes(scopes: readonly string[] | null, { context }: AuthKit): readonly string[] | null {
  const problems = checkScopes(scopes ?? [], context.model)
  if (problems.length === 0) return scopes
  const issues = problems.map(({ scope, message }) => ({
    pointer: `/scopes/${scopes!.indexOf(scope)}`,
    code: 'unknown_scope',
    message,
  }))
  throw tokenErrors.scopes_invalid({ issues })
}
