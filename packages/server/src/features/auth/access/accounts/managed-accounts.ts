import { type Actor, asSystem, type Hook, hook, type Jobs, sendMail } from '../../../../plugin.ts'
import { writeAudit } from '../../audit.ts'
import type { AuthKit, AuthPart } from '../../kit.ts'
import { endSessions } from '../../sessions/sessions.ts'
import { lacksSecondFactor, needsSecondFactor } from '../../sign-in/second-factor-rule.ts'
import type { AuthAccount, AuthDb } from '../../tables.ts'
import { accessErrors } from '../errors.ts'
import { endImpersonations } from '../impersonation/end-impersonations.ts'
import { accessMails } from '../mails.ts'
import { differing, lacking, type Rights, requireGivable, requireManager, requireRoles, rightsOf } from '../rights.ts'
import { findRoles } from '../roles/auth-roles.ts'

/** Accounts as administrators change them, through the data API: their roles, their grants, and whether they are disabled. */
export const managedAccounts: AuthPart = {
  isUsed: ({ managers = [], impersonators = [] }) => managers.length + impersonators.length > 0,
  hooks: (_options, kit) => accountChanges(kit),
  mails: Object.values(accessMails),
}

interface Change {
  readonly actor: Actor
  readonly db: object
  readonly jobs: Jobs
  readonly now: string
  readonly previous: AuthAccount
}

function accountChanges(kit: () => AuthKit): readonly Hook[] {
  return [
    hook('auth-accounts', 'beforeUpdate', async ({ values, ...change }: Change & { values: Partial<AuthAccount> }) => {
      if (change.actor.kind === 'system') return
      return checkedChange(values, change, kit())
    }),
    hook('auth-accounts', 'afterUpdate', async ({ record, ...change }: Change & { record: AuthAccount }) => {
      await followUp(record, change, kit())
    }),
  ]
}

async function checkedChange(values: Partial<AuthAccount>, { actor, db, now, previous }: Change, kit: AuthKit) {
  const rights = await requireManager(actor, previous.id, db, kit)
  const system = asSystem(db) as AuthDb
  await requireBelow(previous, rights, system, kit)
  if (values.roles !== undefined) {
    requireRoles(lacking(values.roles, previous.roles), kit)
    requireGivable(lacking(differing(values.roles, previous.roles), rights.roles))
  }
  if (values.grants !== undefined) await requireGrantable(values.grants, previous, rights, system, kit)
  if (values.disabledAt === undefined || values.disabledAt === null) return {}
  if (actor.id === previous.id) throw accessErrors.not_yourself()
  return { disabledAt: previous.disabledAt ?? now }
}

/** @throws auth_account_above_you  when the account holds what whoever changes it does not. */
async function requireBelow(account: AuthAccount, rights: Rights, db: AuthDb, kit: AuthKit): Promise<void> {
  const { permissions } = await rightsOf(account, db, kit)
  const above = [...lacking(account.roles, rights.roles), ...lacking(permissions, rights.permissions)]
  if (above.length > 0) throw accessErrors.account_above_you({ details: { what: above.join(', ') } })
}

async function requireGrantable(
  grants: readonly string[],
  previous: AuthAccount,
  rights: Rights,
  db: AuthDb,
  kit: AuthKit,
): Promise<void> {
  const added = lacking(grants, previous.grants)
  const roles = await findRoles(differing(grants, previous.grants), db, kit)
  const unknown = lacking(
    added,
    roles.map(({ id }) => id),
  )
  if (unknown.length > 0) throw accessErrors.grant_unknown({ details: { grant: unknown[0] } })
  const beyond = roles.filter(({ permissions }) => lacking(permissions, rights.permissions).length > 0)
  requireGivable(beyond.map(({ name }) => name))
}

/** Whatever changed an account, and whoever: rights that fell fall everywhere. */
async function followUp(record: AuthAccount, change: Change, kit: AuthKit): Promise<void> {
  const { previous, actor } = change
  const db = asSystem(change.db) as AuthDb
  const roles = differing(record.roles, previous.roles)
  const grants = differing(record.grants, previous.grants)
  const isDisabled = record.disabledAt !== null && previous.disabledAt === null
  const isOther = roles.length + grants.length > 0 || record.disabledAt !== previous.disabledAt
  if (isOther || record.generation !== previous.generation) await endImpersonations(db, record.id)
  if (isDisabled) {
    await endSessions(db, record.id)
    await db['auth-accounts'].update(record.id, { generation: record.generation + 1 })
  } else if (needsFactorNow(record, previous, kit)) await endSessions(db, record.id)
  if (isOther && actor.kind !== 'system') await tell(record, change, db)
}

/** Whoever gets a role that demands a second factor signs in anew, to set one up. */
function needsFactorNow(record: AuthAccount, previous: AuthAccount, kit: AuthKit): boolean {
  return lacksSecondFactor(record, kit) && !needsSecondFactor(previous, kit)
}

async function tell(record: AuthAccount, { actor, previous, jobs, now }: Change, db: AuthDb): Promise<void> {
  const { id, email, roles, grants, disabledAt } = record
  const was = { roles: previous.roles, grants: previous.grants, disabledAt: previous.disabledAt }
  await writeAudit(db, {
    event: eventOf(record, previous),
    account: id,
    by: actor.id,
    details: { was, is: { roles, grants, disabledAt } },
  })
  const mail =
    disabledAt !== null && previous.disabledAt === null ? accessMails.accountDisabled : accessMails.rightsChanged
  await sendMail(jobs, mail, { to: email, input: { at: now } })
}

function eventOf({ disabledAt }: AuthAccount, previous: AuthAccount): string {
  if (disabledAt === previous.disabledAt) return 'rights-changed'
  return disabledAt === null ? 'enabled' : 'disabled'
}
