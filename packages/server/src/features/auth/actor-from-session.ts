import type { KnownActor, MadeFromRows } from '../../plugin.ts'
import { rolesOf } from './access/rights.ts'
import type { ActorPart, AuthKit } from './kit.ts'
import { lacksFactorFor } from './sign-in/second-factor-rule.ts'
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
  for (const part of parts) {
    const made = await part.extend(actor, session, kit, account)
    actor = made.value
    rows.push(...made.rows)
  }
  // A role that demands a second factor may have come after the sign-in.
  const mayAct = session.stage === 'full' && !lacksFactorFor(actor.roles, account, kit)
  return { value: frozen(mayAct ? actor : powerless(actor)), rows }
}

function accountActor(account: AuthAccount, session: AuthSession, kit: AuthKit): KnownActor {
  return {
    kind: 'user',
    id: account.id,
    roles: rolesOf(account, kit),
    accounts: account.accounts,
    session: session.id,
    // An administrator has proved who they are, and not that they are the owner.
    ...(session.impersonator === null
      ? { authenticatedAt: session.authenticatedAt }
      : { impersonator: session.impersonator }),
  }
}

/** Whoever still has to set up a second factor can do that, and nothing else. */
function powerless({ permissions: _, tenant: __, ...actor }: KnownActor): KnownActor {
  return { ...actor, roles: [], scopes: Object.freeze([]) }
}

function frozen(actor: KnownActor): KnownActor {
  return Object.freeze({ ...actor, roles: Object.freeze([...actor.roles]) })
}
