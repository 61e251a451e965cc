import { checkScopes, hintFor, type LooseDb, type Model } from '../../plugin.ts'
import { type ApiKey, keysOf } from './api-keys.ts'
import { keyErrors } from './errors.ts'
import { hashSecret, newSecret, prefixOf } from './key-secret.ts'

export interface NewKey {
  readonly name: string
  readonly roles: readonly string[]
  /** `products:read`, `orders:*`: what of all that the roles allow. Default: all. */
  readonly scopes?: readonly string[]
  /** Whom the key acts for, e.g. the id of a customer. */
  readonly actorId?: string
  /** ISO 8601; without it the key does not expire. */
  readonly expiresAt?: string
}

export type KeySummary = Omit<ApiKey, 'hash'>

/**
 * Makes a key. The secret is returned here and never again: only its hash is stored.
 *
 * @param db  of the system.
 * @throws key_unknown_role, key_unknown_scope
 */
export async function createKey(
  db: LooseDb,
  key: NewKey,
  model: Model,
): Promise<{ readonly id: string; readonly secret: string }> {
  requireKnown(key, model)
  const secret = newSecret()
  const { id } = await keysOf(db).create({ ...key, prefix: prefixOf(secret), hash: hashSecret(secret) })
  return { id, secret }
}

function requireKnown({ roles, scopes = [] }: NewKey, model: Model): void {
  const known = [...model.roles.keys()]
  const unknown = roles.find((role) => !known.includes(role))
  if (unknown !== undefined)
    throw keyErrors.unknown_role({
      details: { role: unknown, hint: hintFor(unknown, known), roles: known.join(', ') || 'none' },
    })
  const [problem] = checkScopes(scopes, model)
  if (problem !== undefined) throw keyErrors.unknown_scope({ details: { ...problem } })
}

/** All keys, the newest first; at most 1 000. */
export async function listKeys(db: LooseDb): Promise<readonly KeySummary[]> {
  return (await keysOf(db).find({ sort: '-createdAt', limit: 1_000 })).data.map(summaryOf)
}

/**
 * Makes a key useless at once.
 *
 * @param key  its id, or the part of it that `galley key list` shows. @throws key_not_found  also when several keys begin so.
 */
export async function revokeKey(db: LooseDb, key: string, now: string): Promise<KeySummary> {
  const keys = keysOf(db)
  const byPrefix = await keys.find({ where: { prefix: `${key.replace('…', '')}…` } })
  const found = (await keys.findOne(key)) ?? (byPrefix.data.length === 1 ? byPrefix.data[0] : undefined)
  if (found === undefined) throw keyErrors.not_found({ details: { key } })
  return summaryOf(await keys.update(found.id, { revokedAt: found.revokedAt ?? now }))
}

/** The hash is for nobody to see, not even for who manages keys. */
function summaryOf({ hash: _, ...summary }: ApiKey): KeySummary {
  return summary
}
