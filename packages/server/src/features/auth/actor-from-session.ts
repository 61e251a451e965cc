import type { KnownActor, MadeFromRows } from '../../plugin.ts'
import { type ActorPart, type AuthKit, requireKind } from './kit.ts'
import { needsSecondFactor } from './sign-in/second-factor-rule.ts'
import type { AuthAccount, AuthSession } from './tables.ts'

/** Who somebody with a session is: the account with its roles, and what the parts of sign-in add. */
export async function actorFromSession(
  account: AuthAccount,
  session: AuthSession,
  parts: readonly ActorPart[],
  kit: AuthKit,
): Promise<MadeFromRows<KnownActor>> {
  let actor = accountActor(account, session, kit)
  const rows: MadeFromRows<unknown>['rows'][number][] = []
  if (mayAct(account, session, kit))
    for (const part of parts) {
      const made = await part.extend(actor, session, kit, account)
      actor = made.value
      rows.push(...made.rows)
    }
  return { value: frozen(isLacking(actor.roles, account, kit) ? powerless(actor) : actor), rows }
}

/** A role of a tenant may demand a second factor as well. */
function isLacking(roles: readonly string[], { factors, accounts }: AuthAccount, kit: AuthKit): boolean {
  return factors.length === 0 && requireKind(accounts, kit).mfaRoles.some((role) => roles.includes(role))
}

/** Whoever still has to set up a second factor can do that, and nothing else. */
function powerless({ permissions: _, tenant: __, ...actor }: KnownActor): KnownActor {
  return { ...actor, roles: [], scopes: Object.freeze([]) }
}

function accountActor(account: AuthAccount, session: AuthSession, kit: AuthKit): KnownActor {
  const { roles } = requireKind(account.accounts, kit)
  const isFull = mayAct(account, session, kit)
  return {
    kind: 'user',
    id: account.id,
    roles: isFull ? kit.context.expandRoles([...roles, ...account.roles]) : [],
    accounts: account.accounts,
    session: session.id,
    // Whoever still has to set up a second factor can do that, and nothing else.
    ...(!isFull && { scopes: Object.freeze([]) }),
    // An administrator has proved who they are, and not that they are the owner.
    ...(session.impersonator === null
      ? { authenticatedAt: session.authenticatedAt }
      : { impersonator: session.impersonator }),
  }
}

/** A role that demands a second factor may have come after the sign-in. */
function mayAct(account: AuthAccount, { stage }: AuthSession, kit: AuthKit): boolean {
  return stage === 'full' && (account.factors.length > 0 || !needsSecondFactor(account, kit))
}

function frozen(actor: KnownActor): KnownActor {
  return Object.freeze({ ...actor, roles: Object.freeze([...actor.roles]) })
}
