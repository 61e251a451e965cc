import type { Actor, FeatureContext, FeatureRuntime } from '../../plugin.ts'
import { keyErrors } from './errors.ts'
import { hashSecret, isSecret, keyMark } from './key-secret.ts'
import { createUseNotes } from './note-use.ts'

interface StoredKey {
  readonly id: string
  readonly roles: readonly string[]
  readonly actorId: string | null
  readonly expiresAt: string | null
  readonly revokedAt: string | null
  readonly lastUsedAt: string | null
}

/** Resolves `Authorization: Bearer glk_…` to an actor. */
export function authenticateKey(context: FeatureContext): FeatureRuntime {
  const uses = createUseNotes(context)
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
      uses.note(key, nowMs)
      return actorOf(key, context)
    },
    stop: () => uses.finish(),
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
