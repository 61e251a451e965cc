import type { WebAuthnCredential } from '@simplewebauthn/server'
import { type FeatureRoute, json, type RouteEffects, route, text } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { addFactor, requireRecentFactor } from '../second-factor/factors.ts'
import { recoveryKey } from '../second-factor/recovery.ts'
import { recoveryCodesOutput } from '../second-factor/totp-routes.ts'
import { newToken } from '../secrets/token.ts'
import { requireSession } from '../sessions/require-session.ts'
import { signInOutput } from '../sign-in/sign-in-answer.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { type ChallengeBinding, consumeChallenge, issueChallenge, requireChallenge } from './challenges.ts'
import { clientDataOf, registrationFrom } from './client-answer.ts'
import { passkeyErrors } from './errors.ts'
import { loadLibrary } from './load-library.ts'
import { credentialHash, findPasskey, maxPasskeys, passkeysOf, passkeysOfAccount } from './passkey-table.ts'
import { passkeySite } from './site.ts'

// ES256, EdDSA, RS256 (IANA COSE): what authenticators in use can do.
const algorithms = [-7, -8, -257]

export function registrationRoutes(kit: AuthKit): readonly FeatureRoute[] {
  return [optionsRoute(kit), registerRoute(kit)]
}

function optionsRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('POST', '/api/auth/passkeys/options', {
    summary: 'Begin to register a passkey',
    description: 'Needs a sign-in of the last ten minutes, with a second factor where there is one.',
    output: { options: json({ description: 'For `PublicKeyCredential.parseCreationOptionsFromJSON`.' }) },
    hasSecret: true,
    async run(request) {
      const { session, account } = await requireSession(request, kit, 'enrol')
      requireRecentFactor(session, account, request.now)
      const { rpId } = passkeySite(kit)
      const { generateRegistrationOptions } = await loadLibrary()
      return request.once(async ({ db, now }) => {
        const binding = { use: 'register', account: account.id, boundTo: session.id } as const
        const known = await passkeysOfAccount(account.id, db)
        const userHandle = known[0]?.userHandle ?? newToken()
        const challenge = await issueChallenge(db, binding, now, userHandle)
        const options = await generateRegistrationOptions({
          rpName: kit.context.model.name,
          rpID: rpId,
          userName: account.email,
          userDisplayName: account.email,
          userID: bytesOf(userHandle),
          challenge: bytesOf(challenge),
          timeout: 300_000,
          attestationType: 'none',
          excludeCredentials: known.map(({ credentialId, transports }) => ({
            id: credentialId,
            transports: [...transports],
          })),
          authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
          supportedAlgorithmIDs: algorithms,
        })
        return { body: { options } }
      })
    },
  })
}

function registerRoute(kit: AuthKit): FeatureRoute {
  const input = {
    passkey: json({ private: true, description: 'What `navigator.credentials.create()` gave, as JSON.' }),
    name: text({ min: 1, max: 100, default: 'Passkey' }),
  }
  return route<typeof input, AuthDb>('POST', '/api/auth/passkeys', {
    summary: 'Register a passkey',
    description: 'The session goes on under a new token. The first factor of an account brings ten recovery codes.',
    input,
    output: { ...signInOutput, recoveryCodes: recoveryCodesOutput, passkey: text({ description: 'Its id.' }) },
    hasSecret: true,
    async run(request) {
      const { session, account } = await requireSession(request, kit, 'enrol')
      requireRecentFactor(session, account, request.now)
      const binding = { use: 'register', account: account.id, boundTo: session.id } as const
      const { challenge, registered } = await verified(request.input.passkey, binding, request.now, kit)
      const key = await recoveryKey(kit)
      return request.once(async (effects) => {
        await consumeChallenge(effects.db, challenge, effects.now)
        const id = await store(registered, request.input.name, account, effects)
        const added = { factor: 'passkey', session, account, request, recoveryKey: key } as const
        const answer = await addFactor(added, effects, kit)
        return { ...answer, body: { ...answer.body, passkey: id } }
      })
    },
  })
}

/** A passkey that has been made and verified, before it is stored. */
interface Registered {
  readonly credential: WebAuthnCredential
  readonly userHandle: string
  readonly isSyncable: boolean
  readonly isBackedUp: boolean
}

async function verified(
  given: unknown,
  binding: ChallengeBinding,
  now: string,
  kit: AuthKit,
): Promise<{ readonly challenge: string; readonly registered: Registered }> {
  const { rpId, isOwnOrigin } = passkeySite(kit)
  const response = registrationFrom(given)
  const { challenge, origin } = clientDataOf(response.response.clientDataJSON)
  const { userHandle } = await requireChallenge(kit.db, challenge, binding, now)
  if (!isOwnOrigin(origin) || userHandle === undefined) throw passkeyErrors.passkey_refused()
  const { verifyRegistrationResponse } = await loadLibrary()
  const wanted = { response, expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpId }
  const verification = await verifyRegistrationResponse({
    ...wanted,
    requireUserVerification: false,
    supportedAlgorithmIDs: algorithms,
  }).catch((cause: unknown) => {
    throw passkeyErrors.passkey_refused({ cause })
  })
  if (!verification.verified) throw passkeyErrors.passkey_refused()
  const { credential, credentialDeviceType, credentialBackedUp } = verification.registrationInfo
  const isSyncable = credentialDeviceType === 'multiDevice'
  return { challenge, registered: { credential, userHandle, isSyncable, isBackedUp: credentialBackedUp } }
}

async function store(
  { credential, userHandle, isSyncable, isBackedUp }: Registered,
  name: string,
  { id: account }: AuthAccount,
  { db }: RouteEffects<AuthDb>,
): Promise<string> {
  const passkeys = passkeysOf(db)
  if ((await passkeys.count({ account })) >= maxPasskeys)
    throw passkeyErrors.too_many_passkeys({ details: { max: maxPasskeys } })
  const { id: credentialId, publicKey, counter, transports = [] } = credential
  if ((await findPasskey(credentialId, db)) !== undefined) throw passkeyErrors.passkey_registered()
  const stored = await passkeys.create({
    ...{ account, name, credentialId, userHandle, counter, isSyncable, isBackedUp },
    credentialHash: credentialHash(credentialId),
    publicKey: Buffer.from(publicKey).toString('base64url'),
    transports: transports.filter((transport) => transport.length <= 20).slice(0, 10),
  })
  return stored.id
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, 'base64url'))
}
