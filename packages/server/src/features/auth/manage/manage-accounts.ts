import type { AccountManagement, AccountSummary, SystemEffects } from '../../../plugin.ts'
import { requireRoles } from '../access/rights.ts'
import { createAccount, isEmailTaken } from '../accounts/create-account.ts'
import { writeAudit } from '../audit.ts'
import { authErrors } from '../errors.ts'
import { type AuthKit, requireKind } from '../kit.ts'
import { resetMfa } from '../second-factor/reset-mfa.ts'
import { issueLink } from '../secrets/issue-link.ts'
import { endSessions } from '../sessions/sessions.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'

/** How long the link is good that lets a new account choose its password. */
const firstPasswordMs = 7 * 86_400_000

/** Managing accounts without signing in, for whoever can reach the database anyway: the command line. */
export function manageAccounts(kit: AuthKit): AccountManagement {
  return {
    create: async (account) => {
      try {
        return await kit.context.transaction((effects) => makeAccount(account, effects, kit))
      } catch (cause) {
        if (!isEmailTaken(cause)) throw cause
        throw authErrors.account_exists({ cause, details: { email: account.email } })
      }
    },
    async list() {
      const { data } = await kit.db['auth-accounts'].find({ sort: 'email', limit: 10_000 })
      return data.map(summaryOf)
    },
    disable: (who) =>
      kit.context.transaction(async ({ db, now }) => {
        const account = await requireAccount(who, db)
        await endSessions(db, account.id)
        await writeAudit(db, { event: 'disabled', account: account.id, details: { from: 'command line' } })
        const { disabledAt } = account
        return summaryOf(await db['auth-accounts'].update(account.id, { disabledAt: disabledAt ?? now }))
      }),
    enable: (who) =>
      kit.context.transaction(async ({ db }) => {
        const account = await requireAccount(who, db)
        await writeAudit(db, { event: 'enabled', account: account.id, details: { from: 'command line' } })
        return summaryOf(await db['auth-accounts'].update(account.id, { disabledAt: null }))
      }),
    resetMfa: (who) =>
      kit.context.transaction(async (effects) =>
        summaryOf(await resetMfa(await requireAccount(who, effects.db), null, effects)),
      ),
  }
}

async function makeAccount(
  { email, accounts, roles = [], profile = {} }: Parameters<AccountManagement['create']>[0],
  { db, now }: SystemEffects<AuthDb>,
  kit: AuthKit,
): ReturnType<AccountManagement['create']> {
  const kind = requireKind(accounts ?? null, kit)
  requireRoles(roles, kit)
  const id = await createAccount({ email, profile, passwordHash: null }, kind, { db, now })
  const account = await db['auth-accounts'].update(id, { roles: [...roles], emailVerifiedAt: now })
  await writeAudit(db, { event: 'account-created', account: id, details: { roles, from: 'command line' } })
  const data = { email: account.email }
  const page = 'choose-password'
  const wanted = { purpose: 'reset-password', page, account: id, data, now, lifetimeMs: firstPasswordMs } as const
  return { account: summaryOf(account), link: await issueLink(db, wanted, kit) }
}

/** @param who  an id, or an e-mail address that only one account has. */
async function requireAccount(who: string, db: AuthDb): Promise<AuthAccount> {
  const where = who.includes('@') ? { login: { endsWith: `:${who.toLowerCase()}` } } : { id: who }
  const { data } = await db['auth-accounts'].find({ where, limit: 2 })
  const [account, another] = data
  if (account === undefined) throw authErrors.account_unknown({ details: { who } })
  if (another !== undefined) throw authErrors.account_ambiguous({ details: { who } })
  return account
}

function summaryOf(account: AuthAccount): AccountSummary {
  const { id, accounts, email, emailVerifiedAt, roles, factors, disabledAt, lastSignInAt } = account
  return { id, accounts, email, isEmailVerified: emailVerifiedAt !== null, roles, factors, disabledAt, lastSignInAt }
}
