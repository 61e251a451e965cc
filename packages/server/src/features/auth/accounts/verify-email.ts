import { email, type FeatureRoute, route, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { type AuthKit, type AuthPart, loginOf, requireKind } from '../kit.ts'
import { consumeSecret, revokeSecrets } from '../secrets/secrets.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthDb } from '../tables.ts'
import { accountsInput } from './accounts-input.ts'
import { sendVerification } from './register.ts'

/** Proving that an e-mail address belongs to whoever has the account. */
export const emailVerification: AuthPart = { routes: (kit) => [verifyRoute(), resendRoute(kit)] }

const tokenInput = { token: text({ max: 100, private: true }) }

function verifyRoute(): FeatureRoute {
  return route<typeof tokenInput, AuthDb>('POST', '/api/auth/verify-email', {
    summary: 'Verify an e-mail address by the token of a mail',
    input: tokenInput,
    run: (request) =>
      request.once(async ({ db, now }) => {
        const { account, data } = await consumeSecret(db, request.input.token, 'verify-email', now)
        const { email } = data as { email: string }
        await db['auth-accounts'].updateIf(account!, { email, emailVerifiedAt: null }, { emailVerifiedAt: now })
        await writeAudit(db, { event: 'email-verified', account, visitor: visitorOf(request) })
        return {}
      }),
  })
}

function resendRoute(kit: AuthKit): FeatureRoute {
  const input = { ...accountsInput(kit), email: email() }
  return route<typeof input, AuthDb>('POST', '/api/auth/verify-email/resend', {
    summary: 'Ask for another mail to verify the address',
    description: 'Answers the same whether there is such an account.',
    input,
    output: { status: text() },
    status: 202,
    run: (request) =>
      request.once(async (effects) => {
        const login = loginOf(requireKind(request.input.accounts, kit), request.input.email)
        const account = await effects.db['auth-accounts'].first({ where: { login } })
        if (account !== undefined && account.emailVerifiedAt === null) {
          await revokeSecrets(effects.db, account.id, ['verify-email'])
          await sendVerification(account.id, account.email, effects, kit)
        }
        return { body: { status: 'check-your-mail' } }
      }),
  })
}
