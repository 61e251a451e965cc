import type { RouteAnswer, RouteEffects, RouteRequest } from '../../../plugin.ts'
import { claimAddress } from '../accounts/claim-address.ts'
import { createAccount } from '../accounts/create-account.ts'
import { writeAudit } from '../audit.ts'
import { authErrors } from '../errors.ts'
import { type AuthKit, loginOf, requireKind } from '../kit.ts'
import { forgetAskingBrowser } from '../sessions/asking-browser.ts'
import type { Transport } from '../sessions/sessions.ts'
import { type Visitor, visitorOf } from '../sessions/visitor.ts'
import { completeSignIn } from '../sign-in/complete-sign-in.ts'
import type { AuthAccount, AuthDb, AuthSecret } from '../tables.ts'
import type { AskedData, Way } from './way.ts'

/** Signs in whoever has read the mail; second factors are still asked for. */
export async function signInAsked(
  way: Way,
  secret: AuthSecret,
  request: RouteRequest<{ readonly transport: Transport }, AuthDb>,
  effects: RouteEffects<AuthDb>,
  kit: AuthKit,
): Promise<RouteAnswer> {
  const visitor = visitorOf(request, kit)
  const found = await accountOf(secret, visitor, effects, kit)
  if (found.disabledAt !== null) throw authErrors.account_disabled()
  // Whoever reads the mails of an address has it.
  const account = found.emailVerifiedAt === null ? await claimAddress(found, visitor, effects, kit) : found
  const { transport } = request.input
  const answer = await completeSignIn({ account, methods: [way], transport, visitor }, effects, kit)
  return transport === 'cookie' ? forgetAskingBrowser(way, answer, kit) : answer
}

/** @throws auth_secret_invalid  when the account has another address by now. */
async function accountOf(
  { account: id, data }: AuthSecret,
  visitor: Visitor,
  effects: RouteEffects<AuthDb>,
  kit: AuthKit,
): Promise<AuthAccount> {
  const asked = data as unknown as AskedData
  if (id === null) return accountOfAddress(asked, visitor, effects, kit)
  const account = await effects.db['auth-accounts'].findOne(id)
  if (account?.email !== asked.email) throw authErrors.secret_invalid()
  return account
}

/** Of an address that had no account when it was asked. */
async function accountOfAddress(
  { accounts, email }: AskedData,
  visitor: Visitor,
  effects: RouteEffects<AuthDb>,
  kit: AuthKit,
): Promise<AuthAccount> {
  const { db } = effects
  const kind = requireKind(accounts, kit)
  const known = await db['auth-accounts'].first({ where: { login: loginOf(kind, email) } })
  if (known !== undefined) return known
  const id = await createAccount({ email, profile: {}, passwordHash: null }, kind, effects)
  await writeAudit(db, { event: 'registered', account: id, visitor })
  const made = await db['auth-accounts'].get(id)
  return made
}
