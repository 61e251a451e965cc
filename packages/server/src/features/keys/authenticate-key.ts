import type { FeatureContext, FeatureRuntime, KnownActor } from '../../plugin.ts'
import type { ApiKey, KeyDb } from './api-keys.ts'
import { keyErrors } from './errors.ts'
import { hashSecret, isSecret, keyMark } from './key-secret.ts'
import { createUseNotes } from './note-use.ts'

/** Resolves `Authorization: Bearer glk_…` to an actor. */
export function authenticateKey(context: FeatureContext<KeyDb>): FeatureRuntime {
  const uses = createUseNotes(context)
  return {
    async authenticate({ authorization = '' }) {
      const secret = bearerOf(authorization)
      if (secret === undefined || !secret.startsWith(keyMark)) return undefined
      if (!isSecret(secret)) throw keyErrors.invalid()
      const key = await context.db['api-keys'].first({ where: { hash: hashSecret(secret) } })
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

function requireValid(key: ApiKey | undefined, nowMs: number): asserts key is ApiKey {
  if (key === undefined || key.revokedAt !== null) throw keyErrors.invalid()
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= nowMs) throw keyErrors.expired()
}

function actorOf(key: ApiKey, context: FeatureContext<KeyDb>): KnownActor {
  return Object.freeze({ kind: 'key', id: key.actorId ?? key.id, roles: context.expandRoles(key.roles) })
}
