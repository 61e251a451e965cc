import { email, type FeatureRoute, job, route, sendMail, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { captchaInput, requireCaptcha } from '../defence/captcha.ts'
import { countRequest, isMailDue } from '../defence/limits.ts'
import { authErrors } from '../errors.ts'
import { type AuthKit, type AuthPart, loginOf, requireKind } from '../kit.ts'
import { authMails } from '../mails/mails.ts'
import { hashNewPassword } from '../passwords/new-password.ts'
import { issueLink } from '../secrets/issue-link.ts'
import { consumeSecret, findSecret, revokeSecrets } from '../secrets/secrets.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthDb } from '../tables.ts'
import { endAccountKeys } from '../tokens/keys/account-keys.ts'
import { accountsInput } from './accounts-input.ts'
import { claimAddress } from './claim-address.ts'
import { renewAccount } from './renew-account.ts'

/** Getting back into an account whose password is not known any more. */
export const passwordReset: AuthPart = {
  routes: (kit) => [askRoute(kit), confirmRoute(kit)],
  jobs: (kit) => [job(askJob, { input: { login: text() }, run: ({ input }) => sendReset(input.login, kit) })],
}

/** The look-up happens later, so that the answer takes as long for an address that nobody has. */
const askJob = 'auth.password-reset'

function askRoute(kit: AuthKit): FeatureRoute {
  const input = { ...accountsInput(kit), email: email(), ...captchaInput }
  return route<typeof input, AuthDb>('POST', '/api/auth/password/reset', {
    summary: 'Ask for a link to set a new password',
    description: 'Answers the same, and as fast, whether there is such an account.',
    input,
    output: { status: text() },
    status: 202,
    async run(request) {
      await countRequest('reset-password', request.clientAddress, kit)
      await requireCaptcha('reset-password', request, kit)
      return request.once(async ({ jobs }) => {
        await jobs.add(askJob, { login: loginOf(requireKind(request.input.accounts, kit), request.input.email) })
        return { body: { status: 'check-your-mail' } }
      })
    },
  })
}

async function sendReset(login: string, kit: AuthKit): Promise<void> {
  if (!(await isMailDue('reset-password', login, kit))) return
  await kit.context.transaction(async ({ db, jobs, now }) => {
    const account = await db['auth-accounts'].first({ where: { login } })
    if (account === undefined || account.disabledAt !== null) return
    const { id, email } = account
    await revokeSecrets(db, id, ['reset-password'])
    const url = await issueLink(db, { purpose: 'reset-password', account: id, data: { email }, now }, kit)
    await writeAudit(db, { event: 'password-reset-asked', account: id })
    await sendMail(jobs, authMails.resetPassword, { to: email, input: { url } })
  })
}

function confirmRoute(kit: AuthKit): FeatureRoute {
  const input = { token: text({ max: 100, private: true }), password: text({ min: 1, max: 1_000, private: true }) }
  return route<typeof input, AuthDb>('POST', '/api/auth/password/reset/confirm', {
    summary: 'Set a new password by the token of a mail',
    description:
      'Ends every session and deletes API keys. Sign in with the new password afterwards; second factors stay as they are, unless the address was not verified before.',
    input,
    async run(request) {
      const { token, password } = request.input
      const { account: id } = (await findSecret(kit.db, token, 'reset-password', request.now)) ?? {}
      const known = id == null ? undefined : await kit.db['auth-accounts'].findOne(id)
      if (known === undefined) throw authErrors.secret_invalid()
      const passwordHash = await hashNewPassword(password, { emails: [known.email] }, request, kit)
      return request.once(async (effects) => {
        const { db, jobs, now } = effects
        const { data } = await consumeSecret(db, token, 'reset-password', now)
        const account = await db['auth-accounts'].get(known.id)
        const { email } = data as { email: string }
        // The link may have been on its way when the address changed.
        if (account.email !== email) throw authErrors.secret_invalid()
        // Whoever reads the mails of an address has it.
        const visitor = visitorOf(request, kit)
        const changes = { passwordHash, passwordChangedAt: now }
        if (account.emailVerifiedAt === null) await claimAddress(account, visitor, effects, kit, changes)
        else await renewAccount(db, account, changes)
        // Nobody knows who else was in the account whose owner was not.
        const endedKeys = await endAccountKeys(db, account.id)
        await writeAudit(db, { event: 'password-reset', account: account.id, visitor, details: { endedKeys } })
        await sendMail(jobs, authMails.passwordChanged, {
          to: account.email,
          input: { at: now, address: visitor.address },
        })
        return {}
      })
    },
  })
}
