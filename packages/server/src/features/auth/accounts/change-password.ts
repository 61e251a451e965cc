import { boolean, type FeatureRoute, type RouteRequest, route, sendMail, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { authMails } from '../mails/mails.ts'
import { hashNewPassword } from '../passwords/new-password.ts'
import { requireSession } from '../sessions/require-session.ts'
import type { Transport } from '../sessions/sessions.ts'
import { visitorOf } from '../sessions/visitor.ts'
import { requireRecent } from '../sign-in/recent.ts'
import { sessionAnswer, signInOutput } from '../sign-in/sign-in-answer.ts'
import type { AuthAccount, AuthDb, AuthSession } from '../tables.ts'
import { endAccountKeys } from '../tokens/keys/account-keys.ts'
import { renewAccount } from './renew-account.ts'
import { requirePassword } from './require-password.ts'

/** Changing a password that is known. */
export const passwordChange: AuthPart = { routes: (kit) => [changePasswordRoute(kit)] }

function changePasswordRoute(kit: AuthKit): FeatureRoute {
  const input = {
    current: text({
      max: 1_000,
      optional: true,
      private: true,
      description: 'The password until now. An account that has none needs a sign-in of the last ten minutes.',
    }),
    password: text({ min: 1, max: 1_000, private: true }),
    revokeKeys: boolean({ default: false, description: 'Deletes all API keys of the account as well.' }),
  }
  return route<typeof input, AuthDb>('POST', '/api/auth/password', {
    summary: 'Change the password',
    description:
      'Ends every session and access token; this session goes on under a new token. API keys go on, unless revokeKeys is true.',
    input,
    output: signInOutput,
    hasSecret: true,
    async run(request) {
      const { session, account } = await requireSession(request, kit)
      await requireOwner(request, account, session, kit)
      const passwordHash = await hashNewPassword(request.input.password, { emails: [account.email] }, request, kit)
      return request.once(async ({ db, jobs, now }) => {
        const visitor = visitorOf(request, kit)
        const renewed = await renewAccount(db, account, { passwordHash, passwordChangedAt: now })
        const endedKeys = request.input.revokeKeys ? await endAccountKeys(db, account.id) : 0
        await writeAudit(db, { event: 'password-changed', account: account.id, visitor, details: { endedKeys } })
        await sendMail(jobs, authMails.passwordChanged, {
          to: account.email,
          input: { at: now, address: visitor.address },
        })
        const { methods, tenant, secondFactorAt } = session
        const transport = session.transport as Transport
        return sessionAnswer(db, { account: renewed, transport, methods, tenant, secondFactorAt, visitor, now }, kit)
      })
    },
  })
}

async function requireOwner(
  { input, clientAddress, now }: RouteRequest<{ readonly current: string | null }, AuthDb>,
  account: AuthAccount,
  session: AuthSession,
  kit: AuthKit,
): Promise<void> {
  if (account.passwordHash === null || session.impersonator !== null) return requireRecent(session, now)
  await requirePassword(input.current ?? '', account, clientAddress, kit)
}
