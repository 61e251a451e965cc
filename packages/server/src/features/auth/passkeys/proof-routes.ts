import { type FeatureRoute, json, type RouteEffects, route, text } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { boundToSignIn, requireBegun } from '../second-factor/begun-sign-in.ts'
import { requireSession } from '../sessions/require-session.ts'
import type { AuthDb } from '../tables.ts'
import { type ChallengeBinding, issueChallenge } from './challenges.ts'
import { passkeyErrors } from './errors.ts'
import { loadLibrary } from './load-library.ts'
import { passkeysOfAccount } from './passkey-table.ts'
import { passkeySite } from './site.ts'

export const requestOptionsOutput = {
  options: json({ description: 'For `PublicKeyCredential.parseRequestOptionsFromJSON`.' }),
}

/** Asking for a passkey as second factor: in the middle of a sign-in, and again within a session. */
export function proofRoutes(kit: AuthKit): readonly FeatureRoute[] {
  return [signInRoute(kit), sessionRoute(kit)]
}

function signInRoute(kit: AuthKit): FeatureRoute {
  const input = { challenge: text({ max: 100, private: true, description: 'Of the answer to the first half.' }) }
  return route<typeof input, AuthDb>('POST', '/api/auth/second-factor/passkey', {
    summary: 'Ask for a passkey to finish signing in',
    input,
    output: requestOptionsOutput,
    hasSecret: true,
    async run(request) {
      const { challenge } = request.input
      const { account } = await requireBegun(kit, challenge, request.now)
      const binding = { use: 'factor', account: account.id, boundTo: boundToSignIn(challenge) } as const
      return request.once(async (effects) => ({ body: { options: await factorOptions(binding, effects, kit) } }))
    },
  })
}

function sessionRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('POST', '/api/auth/passkeys/proof/options', {
    summary: 'Ask for a passkey of whoever is signed in',
    description:
      'The answer of the authenticator is `passkey` of POST /api/auth/reauthenticate or DELETE /api/auth/totp.',
    output: requestOptionsOutput,
    hasSecret: true,
    async run(request) {
      const { session, account } = await requireSession(request, kit)
      const binding = { use: 'factor', account: account.id, boundTo: session.id } as const
      return request.once(async (effects) => ({ body: { options: await factorOptions(binding, effects, kit) } }))
    },
  })
}

async function factorOptions(
  binding: ChallengeBinding & { readonly account: string },
  { db, now }: RouteEffects<AuthDb>,
  kit: AuthKit,
) {
  const passkeys = await passkeysOfAccount(binding.account, db)
  if (passkeys.length === 0) throw passkeyErrors.passkey_unknown()
  const allowCredentials = passkeys.map(({ credentialId, transports }) => ({
    id: credentialId,
    transports: [...transports],
  }))
  return requestOptions(
    await issueChallenge(db, binding, now),
    { allowCredentials, userVerification: 'preferred' },
    kit,
  )
}

/** What a browser is to ask an authenticator for. */
export async function requestOptions(
  challenge: string,
  wanted: {
    readonly userVerification: 'required' | 'preferred'
    readonly allowCredentials?: { readonly id: string; readonly transports: string[] }[]
  },
  kit: AuthKit,
): Promise<object> {
  const { generateAuthenticationOptions } = await loadLibrary()
  const bytes = new Uint8Array(Buffer.from(challenge, 'base64url'))
  return generateAuthenticationOptions({ ...wanted, rpID: passkeySite(kit).rpId, challenge: bytes, timeout: 300_000 })
}
