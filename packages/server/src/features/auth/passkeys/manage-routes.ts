import {
  boolean,
  type FeatureRoute,
  instant,
  list,
  object,
  type RouteEffects,
  route,
  sendMail,
  text,
} from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import type { AuthKit } from '../kit.ts'
import { removeFactor, requireRecentFactor } from '../second-factor/factors.ts'
import { factorMails } from '../second-factor/mails.ts'
import { requireSession } from '../sessions/require-session.ts'
import { visitorOf } from '../sessions/visitor.ts'
import { requireWayIn } from '../sign-in/ways-in.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { passkeyErrors } from './errors.ts'
import { type AuthPasskey, passkeysOf, passkeysOfAccount } from './passkey-table.ts'

/** Seeing, naming and deleting one's passkeys. */
export function managePasskeyRoutes(kit: AuthKit): readonly FeatureRoute[] {
  return [listRoute(kit), renameRoute(kit), deleteRoute(kit)]
}

const passkeyOutput = {
  id: text(),
  name: text(),
  createdAt: instant(),
  lastUsedAt: instant({ optional: true }),
  isBackedUp: boolean({ description: 'Whether it is kept somewhere else than on the device, too.' }),
  isSyncable: boolean({ description: 'Whether it can be on several devices.' }),
}

function listRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('GET', '/api/auth/passkeys', {
    summary: 'The passkeys of this account',
    output: { data: list(object(passkeyOutput)) },
    async run(request) {
      const { account } = await requireSession(request, kit)
      return { body: { data: (await passkeysOfAccount(account.id, kit.db)).map(shown) } }
    },
  })
}

function shown({ id, name, createdAt, lastUsedAt, isBackedUp, isSyncable }: AuthPasskey) {
  return { id, name, createdAt, lastUsedAt, isBackedUp, isSyncable }
}

function renameRoute(kit: AuthKit): FeatureRoute {
  const input = { name: text({ min: 1, max: 100 }) }
  return route<typeof input, AuthDb>('PATCH', '/api/auth/passkeys/:id', {
    summary: 'Give a passkey another name',
    input,
    output: passkeyOutput,
    async run(request) {
      const { account } = await requireSession(request, kit)
      return request.once(async ({ db }) => {
        const passkey = await requireOwn(request.params.id!, account, db)
        const { name } = request.input
        return { body: shown(await passkeysOf(db).update(passkey.id, { name })) }
      })
    },
  })
}

function deleteRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('DELETE', '/api/auth/passkeys/:id', {
    summary: 'Delete a passkey',
    description:
      'Needs a sign-in of the last ten minutes with a second factor. Refused for the only way into an account, and for the last factor of one that has to have one.',
    async run(request) {
      const { session, account } = await requireSession(request, kit)
      requireRecentFactor(session, account, request.now)
      return request.once(async (effects) => {
        await remove(await requireOwn(request.params.id!, account, effects.db), account, effects, kit)
        const visitor = visitorOf(request, kit)
        const details = { factor: 'passkey' }
        await writeAudit(effects.db, { event: 'factor-removed', account: account.id, visitor, details })
        return {}
      })
    },
  })
}

async function remove(
  { id }: AuthPasskey,
  account: AuthAccount,
  effects: RouteEffects<AuthDb>,
  kit: AuthKit,
): Promise<void> {
  const { db, jobs, now } = effects
  await passkeysOf(db).delete(id)
  if ((await passkeysOfAccount(account.id, db)).length > 0) {
    const input = { at: now, factor: 'passkey' }
    return sendMail(jobs, factorMails.factorRemoved, { to: account.email, input })
  }
  await requireWayIn(account.id, db, kit)
  await removeFactor(account.id, 'passkey', effects, kit)
}

async function requireOwn(id: string, account: AuthAccount, db: AuthDb): Promise<AuthPasskey> {
  const passkey = await passkeysOf(db).first({ where: { id, account: account.id } })
  if (passkey === undefined) throw passkeyErrors.passkey_unknown()
  return passkey
}
