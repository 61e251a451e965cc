import type { GalleyError } from '../../../plugin.ts'
import { socialErrors } from './errors.ts'
import type { Identity } from './identity.ts'

/** What is known of an account here. */
export interface LinkableAccount {
  readonly id: string
  /** Whether its owner has shown that mail to its address arrives. */
  readonly isEmailVerified: boolean
}

export interface LinkSituation<A extends LinkableAccount> {
  readonly identity: Identity
  /** Has the same issuer and subject. */
  readonly accountByIdentity?: A | undefined
  /** Has the same e-mail address. */
  readonly accountByEmail?: A | undefined
  /** Of whoever is signed in and asked to connect the provider. */
  readonly signedInAccount?: A | undefined
}

export type LinkDecision<A extends LinkableAccount> =
  | { readonly kind: 'sign-in'; readonly account: A }
  | { readonly kind: 'register' }
  | {
      readonly kind: 'link'
      readonly account: A
      /**
       * Whoever made the account may not have been the owner of its address: passwords, identities and sessions from before the
       * address was verified have to go.
       */
      readonly removesUnverifiedWaysIn: boolean
    }
  | { readonly kind: 'refuse'; readonly error: GalleyError }

/**
 * Decides what a finished sign-in at a provider means here.
 *
 * An account is issuer and subject. An address connects nothing, except where both sides have verified it: otherwise whoever can
 * write somebody else's address into an account, there or here, would be let into the account of the other side.
 *
 * @param label  of the provider, for people.
 */
export function linkDecision<A extends LinkableAccount>(situation: LinkSituation<A>, label: string): LinkDecision<A> {
  const { accountByIdentity, signedInAccount } = situation
  if (signedInAccount !== undefined) return decideForSignedIn(signedInAccount, accountByIdentity, label)
  if (accountByIdentity !== undefined) return { kind: 'sign-in', account: accountByIdentity }
  return decideByEmail(situation, label)
}

function decideForSignedIn<A extends LinkableAccount>(
  signedIn: A,
  owner: A | undefined,
  label: string,
): LinkDecision<A> {
  if (owner === undefined) return { kind: 'link', account: signedIn, removesUnverifiedWaysIn: false }
  if (owner.id === signedIn.id) return { kind: 'sign-in', account: signedIn }
  return refuse('identity_taken', label)
}

function decideByEmail<A extends LinkableAccount>(
  { identity, accountByEmail }: LinkSituation<A>,
  label: string,
): LinkDecision<A> {
  if (identity.email === undefined) return refuse('email_missing', label)
  if (accountByEmail === undefined) return { kind: 'register' }
  const isVerifiedByBoth = identity.isEmailVerified && accountByEmail.isEmailVerified
  return isVerifiedByBoth
    ? { kind: 'link', account: accountByEmail, removesUnverifiedWaysIn: true }
    : refuse('email_taken', label)
}

function refuse(code: 'email_missing' | 'email_taken' | 'identity_taken', label: string): LinkDecision<never> {
  return { kind: 'refuse', error: socialErrors[code]({ details: { provider: label } }) }
}
