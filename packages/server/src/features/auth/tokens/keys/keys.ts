import {
  createUseNotes,
  type FeatureRoute,
  instant,
  list,
  object,
  type RouteRequest,
  route,
  sendMail,
  text,
  type UseNotes,
} from '../../../../plugin.ts'
import { holdAccount } from '../../accounts/hold-account.ts'
import { writeAudit } from '../../audit.ts'
import type { AuthKit, AuthPart } from '../../kit.ts'
import { removeAll } from '../../remove-all.ts'
import { requireSession } from '../../sessions/require-session.ts'
import { visitorOf } from '../../sessions/visitor.ts'
import type { AuthDb } from '../../tables.ts'
import { tokenErrors } from '../errors.ts'
import { requireGiver, requireScopes } from '../grant.ts'
import { tokenMails } from '../mails.ts'
import { type AccountKey, accountKeysOf, authKeys, newAccountKey } from './account-keys.ts'
import { authenticateAccountKey } from './authenticate-account-key.ts'
import { type AccountKeySettings, accountKeySettings } from './key-options.ts'

/** API keys that people make for their own accounts. */
export const accountKeys: AuthPart = {
  collections: [authKeys],
  mails: [tokenMails.keyCreated],
  routes: (kit) => {
    const { apiKeys } = kit.options
    return apiKeys ? [createRoute(accountKeySettings(apiKeys), kit), listRoute(kit), deleteRoute(kit)] : []
  },
  authenticate: (kit) => (kit.options.apiKeys ? authenticateAccountKey(kit, usesOf(kit)) : () => undefined),
  async tidy({ db, context }) {
    const expiresAt = { lt: new Date(context.clock.nowMs() - 30 * 86_400_000).toISOString() }
    await removeAll(accountKeysOf(db), { expiresAt })
  },
  stop: (kit) => usesOf(kit).finish(),
}

const uses = new WeakMap<AuthKit, UseNotes>()

function usesOf(kit: AuthKit): UseNotes {
  const made = uses.get(kit) ?? keyUseNotes(kit)
  uses.set(kit, made)
  return made
}

function keyUseNotes({ db, context: { log } }: AuthKit): UseNotes {
  return createUseNotes({
    store(id, lastUsedAt) {
      const isLater = { or: [{ lastUsedAt: null }, { lastUsedAt: { lt: lastUsedAt } }] }
      return accountKeysOf(db).updateIf(id, isLater, { lastUsedAt })
    },
    onFailure: (error, key) => log.warn({ error, key }, 'The last use of an API key could not be stored.'),
  })
}

const keyOutput = {
  id: text(),
  name: text(),
  prefix: text({ description: 'What the key begins with.' }),
  scopes: list(text(), { optional: true, description: 'null: all that the account may do.' }),
  createdAt: instant(),
  expiresAt: instant({ optional: true }),
  lastUsedAt: instant({ optional: true, description: 'To the minute.' }),
}

const createInput = {
  name: text({ min: 1, max: 100, description: 'What the key is for.' }),
  scopes: list(text({ max: 150 }), {
    min: 1,
    max: 50,
    optional: true,
    description: 'Such as products:read or orders:*. They narrow what the account may do. Default: all of it.',
  }),
  expiresAt: instant({ optional: true }),
}

function createRoute(settings: AccountKeySettings, kit: AuthKit): FeatureRoute {
  return route<typeof createInput, AuthDb>('POST', '/api/auth/keys', {
    summary: 'Make an API key for this account',
    description: 'Needs a sign-in of the last ten minutes. The key is shown now and never again.',
    input: createInput,
    output: { ...keyOutput, key: text({ description: 'To be sent as Authorization: Bearer.' }) },
    status: 201,
    hasSecret: true,
    async run(request) {
      const { session, account } = await requireGiver(request, kit)
      const { name } = request.input
      const scopes = requireScopes(request.input.scopes, kit)
      const expiresAt = expiryOf(request, settings)
      return request.once(async ({ db, jobs, now }) => {
        await holdAccount(account, db)
        await requireRoom(db, account.id, settings)
        const { secret, hash, prefix } = newAccountKey()
        const { tenant } = session
        const created = await accountKeysOf(db).create({
          account: account.id,
          name,
          prefix,
          hash,
          scopes: scopes === null ? null : [...scopes],
          tenant,
          expiresAt,
        })
        const visitor = visitorOf(request, kit)
        const details = { key: created.id, name, scopes }
        await writeAudit(db, { event: 'key-created', account: account.id, visitor, details })
        const input = { at: now, name, address: visitor.address }
        await sendMail(jobs, tokenMails.keyCreated, { to: account.email, input })
        return { body: { ...shown(created), key: secret } }
      })
    },
  })
}

/** @throws auth_api_key_expiry */
function expiryOf(
  { input, now }: RouteRequest<{ readonly expiresAt: string | null }, AuthDb>,
  { maxLifetimeMs }: AccountKeySettings,
): string | null {
  const latest = maxLifetimeMs === undefined ? undefined : new Date(Date.parse(now) + maxLifetimeMs).toISOString()
  const { expiresAt } = input
  if (expiresAt === null) return latest ?? null
  if (expiresAt <= now || (latest !== undefined && expiresAt > latest))
    throw tokenErrors.api_key_expiry({ details: { latest: latest ?? 'any time' } })
  return expiresAt
}

async function requireRoom(db: AuthDb, account: string, { perAccount }: AccountKeySettings): Promise<void> {
  const count = await accountKeysOf(db).count({ account })
  if (count >= perAccount) throw tokenErrors.api_keys_full({ details: { count } })
}

function listRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('GET', '/api/auth/keys', {
    summary: 'The API keys of this account',
    output: { data: list(object(keyOutput)) },
    async run(request) {
      const { account } = await requireSession(request, kit)
      const where = { account: account.id }
      const { data } = await accountKeysOf(kit.db).find({ where, sort: '-createdAt', limit: 1_000 })
      return { body: { data: data.map(shown) } }
    },
  })
}

function deleteRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('DELETE', '/api/auth/keys/:id', {
    summary: 'Delete an API key: it is worth nothing at once',
    async run(request) {
      const { account } = await requireSession(request, kit)
      return request.once(async ({ db }) => {
        const key = await accountKeysOf(db).first({ where: { id: request.params.id!, account: account.id } })
        if (key === undefined) throw tokenErrors.api_key_unknown()
        await accountKeysOf(db).delete(key.id)
        const details = { key: key.id, name: key.name }
        await writeAudit(db, { event: 'key-deleted', account: account.id, visitor: visitorOf(request, kit), details })
        return {}
      })
    },
  })
}

function shown({ id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt }: AccountKey) {
  return { id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt }
}
