import {
  email,
  type FeatureRoute,
  type RouteEffects,
  type RouteRequest,
  route,
  sendMail,
  text,
} from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { countRequest, isMailDue } from '../defence/limits.ts'
import { authErrors } from '../errors.ts'
import { type AuthKit, type AuthPart, loginOf, requireKind } from '../kit.ts'
import { authMails } from '../mails/mails.ts'
import { issueLink } from '../secrets/issue-link.ts'
import { consumeSecret, revokeSecrets } from '../secrets/secrets.ts'
import { requireSession } from '../sessions/require-session.ts'
import { visitorOf } from '../sessions/visitor.ts'
import { requireRecent } from '../sign-in/recent.ts'
import { type AuthDb, looseApiOf } from '../tables.ts'
import { isEmailTaken } from './create-account.ts'

/** Moving an account to another e-mail address: confirmed from the new one, told to the old one. */
export const emailChange: AuthPart = { routes: (kit) => [askRoute(kit), confirmRoute(kit)] }

function askRoute(kit: AuthKit): FeatureRoute {
  const input = { email: email() }
  return route<typeof input, AuthDb>('POST', '/api/auth/email', {
    summary: 'Change the e-mail address',
    description:
      'Needs a sign-in of the last ten minutes. Nothing changes until the link in the mail to the new address is used.',
    input,
    output: { status: text() },
    status: 202,
    async run(request) {
      const { session, account } = await requireSession(request, kit)
      requireRecent(session, request.now)
      await countRequest('change-email', request.clientAddress, kit)
      const { email } = request.input
      const login = loginOf(requireKind(account.accounts, kit), email)
      const isDue = await isMailDue('change-email', login, kit)
      return request.once(async ({ db, jobs, now }) => {
        await revokeSecrets(db, account.id, ['change-email'])
        await writeAudit(db, { event: 'email-change-asked', account: account.id, visitor: visitorOf(request, kit) })
        const taken = await db['auth-accounts'].first({ where: { login } })
        if (!isDue) return { body: { status: 'check-your-mail' } }
        // Whoever asks learns nothing of other accounts: the address that is taken hears of it.
        if (taken !== undefined && taken.id !== account.id)
          await sendMail(jobs, authMails.alreadyRegistered, { to: email, input: {} })
        else {
          const data = { email, from: account.email }
          const url = await issueLink(db, { purpose: 'change-email', account: account.id, data, now }, kit)
          await sendMail(jobs, authMails.changeEmail, { to: email, input: { url } })
        }
        return { body: { status: 'check-your-mail' } }
      })
    },
  })
}

function confirmRoute(kit: AuthKit): FeatureRoute {
  const input = { token: text({ max: 100, private: true }) }
  return route<typeof input, AuthDb>('POST', '/api/auth/email/confirm', {
    summary: 'Confirm the new e-mail address by the token of a mail',
    input,
    run: (request) => request.once((effects) => confirm(request, effects, kit)),
  })
}

async function confirm(
  request: RouteRequest<{ readonly token: string }, AuthDb>,
  { db, jobs, now }: RouteEffects<AuthDb>,
  kit: AuthKit,
) {
  const { account: id, data } = await consumeSecret(db, request.input.token, 'change-email', now)
  const { email, from } = data as { email: string; from: string }
  const account = await db['auth-accounts'].get(id!)
  if (account.email !== from) throw authErrors.secret_invalid()
  await changeRecord(db, account.accounts, account.id, email)
  await db['auth-accounts'].update(account.id, { emailVerifiedAt: now })
  await writeAudit(db, {
    event: 'email-changed',
    account: account.id,
    visitor: visitorOf(request, kit),
    details: { from, to: email },
  })
  await sendMail(jobs, authMails.emailChanged, { to: from, input: { at: now, email: masked(email) } })
  return {}
}

async function changeRecord(db: AuthDb, collection: string, id: string, email: string): Promise<void> {
  try {
    await looseApiOf(collection, db).update(id, { email })
  } catch (error) {
    if (isEmailTaken(error)) throw authErrors.email_taken({ cause: error })
    throw error
  }
}

/** `a…@example.com`: enough to recognize one's own. */
function masked(email: string): string {
  const at = email.lastIndexOf('@')
  return `${email.slice(0, 1)}…${email.slice(at)}`
}
