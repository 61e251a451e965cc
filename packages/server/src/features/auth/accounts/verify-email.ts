import { email, type FeatureRoute, job, route, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { countRequest, isMailDue } from '../defence/limits.ts'
import { type AuthKit, type AuthPart, loginOf, requireKind } from '../kit.ts'
import { consumeSecret, revokeSecrets } from '../secrets/secrets.ts'
import { endSessions } from '../sessions/sessions.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthDb } from '../tables.ts'
import { accountsInput } from './accounts-input.ts'
import { sendVerification } from './register.ts'

/** Proving that an e-mail address belongs to whoever has the account. */
export const emailVerification: AuthPart = {
  routes: (kit) => [verifyRoute(kit), resendRoute(kit)],
  jobs: (kit) => [job(resendJob, { input: { login: text() }, run: ({ input }) => resend(input.login, kit) })],
}

/** The look-up happens later, so that the answer takes as long for an address that nobody has. */
const resendJob = 'auth.verify-email'

const tokenInput = { token: text({ max: 100, private: true }) }

function verifyRoute(kit: AuthKit): FeatureRoute {
  return route<typeof tokenInput, AuthDb>('POST', '/api/auth/verify-email', {
    summary: 'Verify an e-mail address by the token of a mail',
    input: tokenInput,
    run: (request) =>
      request.once(async ({ db, now }) => {
        const { account, data } = await consumeSecret(db, request.input.token, 'verify-email', now)
        const { email } = data as { email: string }
        await db['auth-accounts'].updateIf(account!, { email, emailVerifiedAt: null }, { emailVerifiedAt: now })
        // Whoever signed in before the address was proved may be somebody else.
        await endSessions(db, account!, request.actor.session)
        await writeAudit(db, { event: 'email-verified', account, visitor: visitorOf(request, kit) })
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
    async run(request) {
      await countRequest('verify-email', request.clientAddress, kit)
      return request.once(async ({ jobs }) => {
        await jobs.add(resendJob, { login: loginOf(requireKind(request.input.accounts, kit), request.input.email) })
        return { body: { status: 'check-your-mail' } }
      })
    },
  })
}

async function resend(login: string, kit: AuthKit): Promise<void> {
  if (!(await isMailDue('verify-email', login, kit))) return
  await kit.context.transaction(async (effects) => {
    const account = await effects.db['auth-accounts'].first({ where: { login } })
    if (account === undefined || account.emailVerifiedAt !== null) return
    await revokeSecrets(effects.db, account.id, ['verify-email'])
    await sendVerification(account.id, account.email, effects, kit)
  })
}
