import { type FeatureRoute, type RouteEffects, type RouteRequest, route, text } from '../../../plugin.ts'
import { requirePassword } from '../accounts/require-password.ts'
import { writeAudit } from '../audit.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { factorErrors } from '../second-factor/errors.ts'
import { type FactorInput, factorInput, withFactor } from '../second-factor/prove-factor.ts'
import { requireSession } from '../sessions/require-session.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthAccount, AuthDb, AuthSession } from '../tables.ts'
import { renewSession } from './renew-session.ts'
import { signInOutput } from './sign-in-answer.ts'

/** Proving again who one is, before something that matters. */
export const reauthentication: AuthPart = { routes: (kit) => [reauthenticateRoute(kit)] }

const input = { password: text({ min: 1, max: 1_000, optional: true, private: true }), ...factorInput }
type Given = FactorInput & { readonly password: string | null }

function reauthenticateRoute(kit: AuthKit): FeatureRoute {
  return route<typeof input, AuthDb>('POST', '/api/auth/reauthenticate', {
    summary: 'Prove again who you are, by your password, a code of your authenticator, or a passkey',
    description:
      'The session goes on under a new token; what asks for a recent proof is open for ten minutes. What asks for a second factor as well wants a code or a passkey here.',
    input,
    output: signInOutput,
    hasSecret: true,
    async run(request) {
      const { session, account } = await requireSession(request, kit)
      // Whoever acts in the name of somebody else proves nothing about them.
      if (session.impersonator !== null) throw authErrors.reauthentication_required()
      const renew = (method: string, effects: RouteEffects<AuthDb>) =>
        renewed({ session, account, method, request }, effects, kit)
      if (request.input.password === null) {
        requireSomething(request.input)
        return withFactor({ request, account, boundTo: session.id }, kit, renew)
      }
      await requirePassword(request.input.password, account, request.clientAddress, kit)
      return request.once((effects) => renew('password', effects))
    },
  })
}

function requireSomething({ code, recoveryCode, passkey }: Given): void {
  if (code === null && recoveryCode === null && passkey === null)
    throw factorErrors.factor_expected({ details: { names: 'password, code, recoveryCode, passkey' } })
}

interface Again {
  readonly session: AuthSession
  readonly account: AuthAccount
  readonly method: string
  readonly request: RouteRequest<Given, AuthDb>
}

async function renewed({ session, account, method, request }: Again, { db, now }: RouteEffects<AuthDb>, kit: AuthKit) {
  const visitor = visitorOf(request, kit)
  await writeAudit(db, { event: 'reauthenticated', account: account.id, visitor, details: { method } })
  return renewSession(session, account, method, { db, now, visitor }, kit)
}
