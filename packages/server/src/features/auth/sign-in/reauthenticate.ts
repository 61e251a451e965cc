import { type FeatureRoute, route, text } from '../../../plugin.ts'
import { requirePassword } from '../accounts/require-password.ts'
import { writeAudit } from '../audit.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { requireSession } from '../sessions/session-routes.ts'
import type { Transport } from '../sessions/sessions.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthDb } from '../tables.ts'
import { sessionAnswer, signInOutput } from './complete-sign-in.ts'

/** Proving again who one is, before something that matters. */
export const reauthentication: AuthPart = { routes: (kit) => [reauthenticateRoute(kit)] }

function reauthenticateRoute(kit: AuthKit): FeatureRoute {
  const input = { password: text({ min: 1, max: 1_000, private: true }) }
  return route<typeof input, AuthDb>('POST', '/api/auth/reauthenticate', {
    summary: 'Prove again who you are, by your password',
    description: 'The session goes on under a new token; what asks for a recent proof is open for ten minutes.',
    input,
    output: signInOutput,
    hasSecret: true,
    async run(request) {
      const { session, account } = await requireSession(request, kit)
      await requirePassword(request.input.password, account, request.clientAddress, kit)
      const visitor = visitorOf(request, kit)
      return request.once(async ({ db, now }) => {
        await writeAudit(db, { event: 'reauthenticated', account: account.id, visitor })
        await db['auth-sessions'].delete(session.id)
        const { methods, stage, tenant } = session
        const transport = session.transport as Transport
        const wanted = { account, transport, methods, stage: stage as 'full' | 'enrol', tenant, visitor, now }
        return sessionAnswer(db, wanted, kit)
      })
    },
  })
}
