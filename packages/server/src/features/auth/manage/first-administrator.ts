import { email, type FeatureRoute, json, type RouteEffects, route, text } from '../../../plugin.ts'
import { createAccount } from '../accounts/create-account.ts'
import { writeAudit } from '../audit.ts'
import { authErrors } from '../errors.ts'
import { type AuthKit, type AuthPart, requireKind } from '../kit.ts'
import type { AccountKind } from '../options.ts'
import { hashNewPassword } from '../passwords/new-password.ts'
import { linkTo } from '../secrets/issue-link.ts'
import { consumeSecret, findSecret, isIssued, issueSecret, revokeSecrets } from '../secrets/secrets.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthDb } from '../tables.ts'

/** Who the first administrator of a new installation is. */
export interface FirstAdministratorOptions {
  /** The role the account gets. */
  readonly role: string
  /** Which accounts it belongs to. Default: the usual ones. */
  readonly accounts?: string
}

/** The first administrator: made by a link that the first start prints, for there are no accounts to begin with. */
export const firstAdministrator: AuthPart = {
  routes: (kit) => (kit.options.firstAdministrator === undefined ? [] : [firstRoute(kit)]),
  greet: greeting,
}

const linkMs = 24 * 60 * 60_000

/** Each start gives a new link and takes the others back, until there is an administrator. */
async function greeting(url: string, kit: AuthKit): Promise<string | undefined> {
  const wanted = kit.options.firstAdministrator
  if (wanted === undefined || (await hasAdministrator(kit.db, wanted, kit))) return undefined
  const token = await kit.context.transaction(async ({ db, now }) => {
    await revokeSecrets(db, null, ['first-administrator'])
    return issueSecret(db, { purpose: 'first-administrator', account: null, now, lifetimeMs: linkMs })
  })
  return `There is no administrator yet. Make the first one here, within a day:\n\n  ${linkTo('first-administrator', token, kit, url)}\n`
}

function firstRoute(kit: AuthKit): FeatureRoute {
  const input = {
    token: text({ max: 100, private: true }),
    email: email(),
    password: text({ min: 1, max: 1_000, private: true }),
    profile: json({ default: {}, description: 'Further fields of the record.' }),
  }
  return route<typeof input, AuthDb>('POST', '/api/auth/first-administrator', {
    summary: 'Make the first administrator, by the link that the first start prints',
    input,
    async run(request) {
      const { token, email, password } = request.input
      const profile = request.input.profile as Readonly<Record<string, unknown>>
      const wanted = kit.options.firstAdministrator!
      const kind = requireKind(wanted.accounts ?? null, kit)
      await requireGood(token, request.now, wanted, kit)
      const passwordHash = await hashNewPassword(password, { emails: [email] }, request, kit)
      return request.once(async (effects) => {
        await consumeSecret(effects.db, token, 'first-administrator', effects.now)
        const account = await makeFirst({ email, profile, passwordHash }, kind, effects, kit)
        await writeAudit(effects.db, { event: 'first-administrator', account, visitor: visitorOf(request, kit) })
        return {}
      })
    },
  })
}

/**
 * Whoever has a link that was good once may know that it was used.
 *
 * @throws auth_administrator_exists, auth_secret_invalid
 */
async function requireGood(token: string, now: string, wanted: FirstAdministratorOptions, kit: AuthKit): Promise<void> {
  const isKnown = await isIssued(kit.db, token, 'first-administrator')
  if (isKnown && (await hasAdministrator(kit.db, wanted, kit))) throw authErrors.administrator_exists()
  if ((await findSecret(kit.db, token, 'first-administrator', now)) === undefined) throw authErrors.secret_invalid()
}

async function makeFirst(
  given: Parameters<typeof createAccount>[0],
  kind: AccountKind,
  effects: RouteEffects<AuthDb>,
  kit: AuthKit,
): Promise<string> {
  const wanted = kit.options.firstAdministrator!
  if (await hasAdministrator(effects.db, wanted, kit)) throw authErrors.administrator_exists()
  const id = await createAccount(given, kind, effects)
  // Whoever reads what the server prints is trusted to know their own address.
  await effects.db['auth-accounts'].update(id, { roles: [wanted.role], emailVerifiedAt: effects.now })
  return id
}

async function hasAdministrator(
  db: AuthDb,
  { role }: FirstAdministratorOptions,
  { context: { model } }: AuthKit,
): Promise<boolean> {
  const enough = [...model.roles].filter(([, held]) => held.includes(role)).map(([name]) => name)
  const or = enough.map((name) => ({ roles: { contains: name } }))
  return (await db['auth-accounts'].first({ where: { or, disabledAt: null } })) !== undefined
}
