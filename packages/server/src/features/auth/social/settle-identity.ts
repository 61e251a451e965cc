import { type RouteEffects, sendMail } from '../../../plugin.ts'
import { claimAddress } from '../accounts/claim-address.ts'
import { createAccount } from '../accounts/create-account.ts'
import { sendVerification } from '../accounts/register.ts'
import { writeAudit } from '../audit.ts'
import { authErrors } from '../errors.ts'
import { loginOf, requireKind } from '../kit.ts'
import type { AccountKind } from '../options.ts'
import type { Visitor } from '../sessions/visitor.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { connectIdentity, findIdentity, identitiesOf } from './identities.ts'
import type { Identity } from './identity.ts'
import { type LinkDecision, linkDecision } from './link-decision.ts'
import { socialMails } from './mails.ts'
import type { Social } from './social.ts'

/** Somebody whom a provider has told, and what they want here. */
export interface Arrival {
  readonly identity: Identity
  readonly accounts: string
  /** Of whoever is signed in and wants to connect the provider. */
  readonly connectTo: AuthAccount | undefined
  readonly visitor: Visitor
}

/**
 * Finds, connects or makes the account.
 *
 * @throws social_email_missing, social_email_taken, social_identity_taken, auth_registration_closed, auth_profile_invalid
 */
export async function settleIdentity(
  arrival: Arrival,
  effects: RouteEffects<AuthDb>,
  social: Social,
): Promise<AuthAccount> {
  const decision = await decide(arrival, effects.db, social)
  switch (decision.kind) {
    case 'refuse':
      throw decision.error
    case 'sign-in':
      return noteUse(arrival.identity, decision.account, effects)
    case 'link':
      return connect(arrival, decision, effects, social)
    case 'register':
      return register(arrival, effects, social)
  }
}

type Account = AuthAccount & { readonly isEmailVerified: boolean }

async function decide(
  { identity, accounts, connectTo }: Arrival,
  db: AuthDb,
  social: Social,
): Promise<LinkDecision<Account>> {
  const known = await findIdentity(identity, accounts, db)
  const byIdentity = known && (await db['auth-accounts'].findOne(known.account))
  const login = identity.email && loginOf({ name: accounts }, identity.email)
  const byEmail = login === undefined ? undefined : await db['auth-accounts'].first({ where: { login } })
  const situation = {
    identity,
    accountByIdentity: linkable(byIdentity),
    accountByEmail: linkable(byEmail),
    signedInAccount: linkable(connectTo),
  }
  return linkDecision<Account>(situation, labelOf(identity, social))
}

function linkable(account: AuthAccount | undefined): Account | undefined {
  return account && { ...account, isEmailVerified: account.emailVerifiedAt !== null }
}

async function noteUse(
  identity: Identity,
  { id, accounts }: AuthAccount,
  { db, now }: RouteEffects<AuthDb>,
): Promise<AuthAccount> {
  const known = await findIdentity(identity, accounts, db)
  if (known !== undefined)
    await identitiesOf(db).update(known.id, { lastUsedAt: now, email: identity.email ?? known.email })
  const account = await db['auth-accounts'].get(id)
  return account
}

async function connect(
  { identity, visitor }: Arrival,
  { account, removesUnverifiedWaysIn }: Extract<LinkDecision<Account>, { kind: 'link' }>,
  effects: RouteEffects<AuthDb>,
  social: Social,
): Promise<AuthAccount> {
  const { db, jobs, now } = effects
  if (removesUnverifiedWaysIn) await claimAddress(account, visitor, effects, social.kit)
  await connectIdentity(identity, account, now, db)
  const { provider, issuer } = identity
  await writeAudit(db, { event: 'identity-connected', account: account.id, visitor, details: { provider, issuer } })
  const input = { at: now, provider: labelOf(identity, social) }
  await sendMail(jobs, socialMails.connected, { to: account.email, input })
  const connected = await db['auth-accounts'].get(account.id)
  return connected
}

async function register(
  { identity, accounts, visitor }: Arrival,
  effects: RouteEffects<AuthDb>,
  social: Social,
): Promise<AuthAccount> {
  const { db, now } = effects
  const kind = requireKind(accounts, social.kit)
  const email = identity.email!
  const id = await createAccount(
    { email, profile: profileOf(identity, kind, social), passwordHash: null },
    kind,
    effects,
  )
  const made = await db['auth-accounts'].get(id)
  await connectIdentity(identity, made, now, db)
  const { provider, issuer } = identity
  await writeAudit(db, { event: 'registered', account: id, visitor, details: { provider, issuer } })
  if (identity.isEmailVerified) await db['auth-accounts'].update(id, { emailVerifiedAt: now })
  else await sendVerification(id, email, effects, social.kit)
  const account = await db['auth-accounts'].get(id)
  return account
}

/** @throws auth_registration_closed */
function profileOf(identity: Identity, { name: collection, registerFields }: AccountKind, { settings, kit }: Social) {
  if (registerFields === undefined) throw authErrors.registration_closed()
  if (settings.profile !== undefined) return settings.profile(identity)
  const { name } = identity
  const takesName = registerFields.includes('name') && kit.context.model.collections.get(collection)!.fields.has('name')
  return takesName && name !== undefined ? { name } : {}
}

function labelOf({ provider }: Identity, { settings }: Social): string {
  return settings.providers.get(provider)?.label ?? provider
}
