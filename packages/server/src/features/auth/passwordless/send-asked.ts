import { sendMail } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { newOneTimeCode } from '../codes/one-time-code.ts'
import { isMailDue } from '../defence/limits.ts'
import { type AuthKit, loginOf, requireKind } from '../kit.ts'
import type { AccountKind } from '../options.ts'
import { issueLink } from '../secrets/issue-link.ts'
import { isIssued, issueSecret, revokeSecrets } from '../secrets/secrets.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { codeHash } from './code-hash.ts'
import { passwordlessMails } from './mails.ts'
import { type Asked, askedMs } from './way.ts'

/** Sends a link or a code to whoever may sign in with one. */
export async function sendAsked(asked: Asked, kit: AuthKit): Promise<void> {
  const kind = requireKind(asked.accounts, kit)
  const login = loginOf(kind, asked.email)
  const isDue = await isMailDue(asked.way, login, kit)
  const hash = asked.way === 'one-time-code' ? await newCodeFor(asked, kit) : undefined
  await kit.context.transaction(async ({ db, jobs, now }) => {
    const account = await db['auth-accounts'].first({ where: { login } })
    const isFor = isDue && mayGetOne(account, kind, kit)
    if (isFor && account !== undefined) await revokeSecrets(db, account.id, [asked.way])
    const given = { asked, account, isFor, now }
    const text = hash === undefined ? await linkFor(given, db, kit) : await issueCode(given, hash, db)
    if (!isFor || text === undefined) return
    await writeAudit(db, { event: `${asked.way}-asked`, account: account?.id ?? null })
    const to = account?.email ?? asked.email
    await (asked.way === 'magic-link'
      ? sendMail(jobs, passwordlessMails.magicLink, { to, input: { url: text } })
      : sendMail(jobs, passwordlessMails.oneTimeCode, { to, input: { code: text } }))
  })
}

function mayGetOne(account: AuthAccount | undefined, kind: AccountKind, { options }: AuthKit): boolean {
  if (account !== undefined) return account.disabledAt === null
  return options.passwordless?.register === true && kind.registerFields !== undefined
}

interface Given {
  readonly asked: Asked
  readonly account: AuthAccount | undefined
  /** Whether somebody gets what is issued. */
  readonly isFor: boolean
  readonly now: string
}

async function linkFor({ asked, account, isFor, now }: Given, db: AuthDb, kit: AuthKit): Promise<string | undefined> {
  if (!isFor) return undefined
  const { accounts, browser } = asked
  const data = { accounts, email: account?.email ?? asked.email, browser }
  const wanted = { purpose: 'magic-link', account: account?.id ?? null, data, now, lifetimeMs: askedMs } as const
  return issueLink(db, wanted, kit)
}

interface NewCode {
  readonly code: string
  readonly hash: string
}

async function newCodeFor({ browser }: Asked, kit: AuthKit): Promise<NewCode> {
  const code = newOneTimeCode()
  return { code, hash: (await codeHash(code, browser, kit))! }
}

/** A code that nobody gets is stored all the same: trying one has to take as long for an address that nobody has. */
async function issueCode({ asked, account, isFor, now }: Given, { code, hash }: NewCode, db: AuthDb) {
  const { accounts, browser } = asked
  if (await isIssued(db, browser, 'one-time-code')) return undefined // was delivered before, and tried already
  await issueSecret(db, {
    purpose: 'one-time-code',
    token: browser,
    account: isFor ? (account?.id ?? null) : null,
    data: { accounts, email: account?.email ?? asked.email, browser, ...(isFor && { code: hash }) },
    now,
    lifetimeMs: askedMs,
    attempts: 5,
  })
  return code
}
