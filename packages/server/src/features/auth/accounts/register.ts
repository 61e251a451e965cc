import { email, type FeatureRoute, json, type RouteEffects, route, sendMail, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { captchaInput, requireCaptcha } from '../defence/captcha.ts'
import { countRequest, isMailDue } from '../defence/limits.ts'
import { authErrors } from '../errors.ts'
import { type AuthKit, type AuthPart, loginOf, requireKind } from '../kit.ts'
import { authMails } from '../mails/mails.ts'
import type { AccountKind } from '../options.ts'
import { hashNewPassword } from '../passwords/new-password.ts'
import { issueLink } from '../secrets/issue-link.ts'
import { type Visitor, visitorOf } from '../sessions/visitor.ts'
import type { AuthDb } from '../tables.ts'
import { accountsInput } from './accounts-input.ts'
import { checkedProfile, textsOf } from './checked-profile.ts'
import { createAccount, isEmailTaken, type NewAccount } from './create-account.ts'
import { rehearseAccount } from './rehearse-account.ts'

/** Making an account of one's own. */
export const registration: AuthPart = { routes: (kit) => [registerRoute(kit)] }

function registerRoute(kit: AuthKit): FeatureRoute {
  const input = {
    ...accountsInput(kit),
    email: email(),
    password: text({ min: 1, max: 1_000, private: true }),
    ...captchaInput,
    profile: json({ default: {}, description: 'Further fields of the record, as far as people may fill them in.' }),
  }
  return route<typeof input, AuthDb>('POST', '/api/auth/register', {
    summary: 'Make an account',
    description:
      'Answers the same whether there is an account of this address already: the mail that follows tells which it is.',
    input,
    output: { status: text() },
    status: 202,
    async run(request) {
      const kind = requireOpen(request.input.accounts, kit)
      const profile = checkedProfile(request.input.profile, kind.registerFields)
      await countRequest('register', request.clientAddress, kit)
      await requireCaptcha('register', request, kit)
      const { email, password } = request.input
      const passwordHash = await hashNewPassword(password, { emails: [email], names: textsOf(profile) }, request, kit)
      const isDue = await isMailDue('register', loginOf(kind, email), kit)
      const visitor = visitorOf(request, kit)
      const refused = await rehearseAccount({ email, profile, passwordHash }, kind, kit)
      return request.once(async (effects) => {
        if (refused !== undefined) throw refused
        await registerOrTell({ email, profile, passwordHash }, kind, { visitor, isMailDue: isDue }, effects, kit)
        return { body: { status: 'check-your-mail' } }
      })
    },
  })
}

/** Whoever has the address hears of it; whoever only typed it in learns nothing. */
async function registerOrTell(
  given: NewAccount,
  kind: AccountKind,
  { visitor, isMailDue }: { readonly visitor: Visitor; readonly isMailDue: boolean },
  effects: RouteEffects<AuthDb>,
  kit: AuthKit,
): Promise<void> {
  const { db, jobs } = effects
  const known = await db['auth-accounts'].first({ where: { login: loginOf(kind, given.email) } })
  const id = known === undefined ? await accountOrTaken(given, kind, effects) : undefined
  if (id === undefined) {
    const to = known?.email ?? given.email
    if (isMailDue) await sendMail(jobs, authMails.alreadyRegistered, { to, input: {} })
    return
  }
  await writeAudit(db, { event: 'registered', account: id, visitor })
  await sendVerification(id, given.email, effects, kit)
}

/** Undefined when an account of this address is made at the same time. */
async function accountOrTaken(
  given: NewAccount,
  kind: AccountKind,
  effects: RouteEffects<AuthDb>,
): Promise<string | undefined> {
  try {
    return await createAccount(given, kind, effects)
  } catch (error) {
    if (isEmailTaken(error)) return undefined
    throw error
  }
}

/** Sends a link that proves that the address belongs to whoever has the account. */
export async function sendVerification(
  account: string,
  email: string,
  { db, jobs, now }: RouteEffects<AuthDb>,
  kit: AuthKit,
): Promise<void> {
  const url = await issueLink(db, { purpose: 'verify-email', account, data: { email }, now }, kit)
  await sendMail(jobs, authMails.verifyEmail, { to: email, input: { url } })
}

function requireOpen(name: string, kit: AuthKit): AccountKind & { readonly registerFields: readonly string[] } {
  const kind = requireKind(name, kit)
  if (kind.registerFields === undefined) throw authErrors.registration_closed()
  return { ...kind, registerFields: kind.registerFields }
}
