import type { Actor, FeatureContext, FeatureRuntime } from '../../plugin.ts'
import { keyErrors } from './errors.ts'
import { hashSecret, isSecret, keyMark } from './key-secret.ts'

interface StoredKey {
  readonly id: string
  readonly roles: readonly string[]
  readonly actorId: string | null
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly lastUsedAt: string | null
}

/** Last use is kept to the minute, so that a busy key is not a write per request. */
const lastUsePrecisionMs = 60_000

/** Resolves `Authorization: Bearer glk_…` to an actor. */
export function authenticateKey(context: FeatureContext): FeatureRuntime {
  return {
    async authenticate(authorization) {
      const secret = bearerOf(authorization)
      if (secret === undefined || !secret.startsWith(keyMark)) return undefined
      if (!isSecret(secret)) throw keyErrors.invalid()
      const key = (await context.db['api-keys']!.first({ where: { hash: hashSecret(secret) } })) as
        | StoredKey
        | undefined
      const nowMs = context.clock.nowMs()
      requireValid(key, nowMs)
      await noteUse(key, nowMs, context)
      return actorOf(key, context)
    },
  }
}

function bearerOf(authorization: string): string | undefined {
  return /^Bearer +([^\s]+)$/i.exec(authorization)?.[1]
}

function requireValid(key: StoredKey | undefined, nowMs: number): asserts key is StoredKey {
  if (key === undefined || key.revokedAt !== null) throw keyErrors.invalid()
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= nowMs) throw keyErrors.expired()
}

function actorOf(key: StoredKey, context: FeatureContext): Actor {
  return Object.freeze({ kind: 'key', id: key.actorId ?? key.id, roles: context.expandRoles(key.roles) })
}

async function noteUse(key: StoredKey, nowMs: number, { db, log }: FeatureContext): Promise<void> {
  if (key.lastUsedAt !== null && nowMs - Date.parse(key.lastUsedAt) < lastUsePrecisionMs) return
  try {
    await db['api-keys']!.update(key.id, { lastUsedAt: new Date(nowMs).toISOString() })
  } catch (error) {
    // Knowing when a key was used last is not worth refusing the request.
    log.warn({ error, key: key.id }, 'The last use of an API key could not be stored.')
  }
}
