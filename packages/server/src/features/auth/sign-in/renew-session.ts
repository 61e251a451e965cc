import type { RouteAnswer } from '../../../plugin.ts'
import { holdAccount } from '../accounts/hold-account.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import type { Transport } from '../sessions/sessions.ts'
import type { Visitor } from '../sessions/visitor.ts'
import type { AuthAccount, AuthDb, AuthSession } from '../tables.ts'
import { sessionAnswer } from './sign-in-answer.ts'

/** The session goes on under a new token, with a further method by which somebody has proved who they are. */
export async function renewSession(
  session: AuthSession,
  account: AuthAccount,
  method: string,
  { db, now, visitor }: { readonly db: AuthDb; readonly now: string; readonly visitor: Visitor },
  kit: AuthKit,
): Promise<RouteAnswer> {
  await holdAccount(account, db)
  if ((await db['auth-sessions'].findOne(session.id)) === undefined) throw authErrors.sign_in_required() // ended just now
  await db['auth-sessions'].delete(session.id)
  const { tenant } = session
  const transport = session.transport as Transport
  const methods = [...new Set([...session.methods, method])]
  const secondFactorAt = method === 'password' ? session.secondFactorAt : now
  return sessionAnswer(db, { account, transport, methods, tenant, visitor, now, secondFactorAt }, kit)
}
