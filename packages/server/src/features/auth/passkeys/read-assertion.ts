import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { RouteEffects, RouteRequest } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import type { AuthDb } from '../tables.ts'
import { type ChallengeBinding, consumeChallenge, requireChallenge } from './challenges.ts'
import { assertionFrom, clientDataOf } from './client-answer.ts'
import { passkeyErrors } from './errors.ts'
import { loadLibrary } from './load-library.ts'
import { type AuthPasskey, findPasskey, passkeysOf } from './passkey-table.ts'
import { passkeySite } from './site.ts'

/** A passkey that was shown, and verified. `use` accepts it once, in the transaction of what it is shown for. */
export interface ReadAssertion {
  readonly passkey: AuthPasskey
  use(effects: Pick<RouteEffects<AuthDb>, 'db' | 'now'>): Promise<void>
}

/**
 * Reads what an authenticator has signed, and verifies it.
 *
 * Where a passkey is the only proof, its owner has to be verified by it, by finger, face or PIN.
 * @throws auth_passkey_refused, auth_secret_invalid, auth_passkeys_off
 */
export async function readAssertion(
  given: unknown,
  binding: ChallengeBinding,
  { now }: Pick<RouteRequest, 'now'>,
  kit: AuthKit,
): Promise<ReadAssertion> {
  const site = passkeySite(kit)
  const answer = assertionFrom(given)
  const { challenge, origin } = clientDataOf(answer.response.clientDataJSON)
  await requireChallenge(kit.db, challenge, binding, now)
  const passkey = await requireOwn(answer, binding, kit)
  if (!site.isOwnOrigin(origin)) throw passkeyErrors.passkey_refused()
  const isOnly = binding.use === 'sign-in'
  const seen = await verified(answer, { passkey, challenge, origin, rpId: site.rpId, isOnly })
  return {
    passkey,
    async use({ db, now }) {
      await consumeChallenge(db, challenge, now)
      await noteUse(passkey, seen, db, now)
    },
  }
}

async function requireOwn(
  { id, response }: AuthenticationResponseJSON,
  { account }: ChallengeBinding,
  kit: AuthKit,
): Promise<AuthPasskey> {
  const passkey = await findPasskey(id, kit.db)
  const isOther = account !== null && passkey?.account !== account
  const { userHandle = null } = response as { readonly userHandle?: string | null }
  // One that says who it belongs to has to say the same as we know; where nobody has said it before, it must say it.
  const isOtherUser = userHandle === null ? account === null : userHandle !== passkey?.userHandle
  if (passkey === undefined || isOther || isOtherUser) throw passkeyErrors.passkey_refused()
  return passkey
}

interface Wanted {
  readonly passkey: AuthPasskey
  readonly challenge: string
  readonly origin: string
  readonly rpId: string
  readonly isOnly: boolean
}

interface Seen {
  readonly newCounter: number
  readonly credentialBackedUp: boolean
}

async function verified(
  response: AuthenticationResponseJSON,
  { passkey, challenge, origin, rpId, isOnly }: Wanted,
): Promise<Seen> {
  const { verifyAuthenticationResponse } = await loadLibrary()
  const publicKey = new Uint8Array(Buffer.from(passkey.publicKey, 'base64url'))
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      // The counter is compared by the statement that stores it.
      credential: { id: passkey.credentialId, publicKey, counter: 0 },
      requireUserVerification: isOnly,
    })
    if (verified) return authenticationInfo
  } catch (cause) {
    throw passkeyErrors.passkey_refused({ cause })
  }
  throw passkeyErrors.passkey_refused()
}

/** @throws auth_passkey_copied  when the authenticator has counted less than it had: there may be two of it. */
async function noteUse(
  { id }: AuthPasskey,
  { newCounter, credentialBackedUp }: Seen,
  db: AuthDb,
  now: string,
): Promise<void> {
  const isHigher = newCounter === 0 ? { counter: 0 } : { counter: { lt: newCounter } }
  const changes = { counter: newCounter, isBackedUp: credentialBackedUp, lastUsedAt: now }
  if ((await passkeysOf(db).updateIf(id, isHigher, changes)) === undefined) throw passkeyErrors.passkey_copied()
}
