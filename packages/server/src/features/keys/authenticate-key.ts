import {
  createUseNotes,
  type FeatureContext,
  type FeatureRuntime,
  type KnownActor,
  type MadeFromRows,
} from '../../plugin.ts'
import type { ApiKey, KeyDb } from './api-keys.ts'
import { keyErrors } from './errors.ts'
import { hashSecret, isSecret, keyMark } from './key-secret.ts'

/** Resolves `Authorization: Bearer glk_…` to an actor. */
export function authenticateKey(context: FeatureContext<KeyDb>): FeatureRuntime {
  const uses = createUseNotes({
    store: (id, lastUsedAt) => context.db['api-keys'].update(id, { lastUsedAt }),
    onFailure: (error, key) => context.log.warn({ error, key }, 'The last use of an API key could not be stored.'),
  })
  const known = context.remember<KnownKey>({ from: ['api-keys'] })
  const use = (found: KnownKey | undefined): KnownActor => {
    const nowMs = context.clock.nowMs()
    requireValid(found, nowMs)
    uses.note(found.key, nowMs)
    return found.actor
  }
  return {
    authenticate({ authorization = '' }) {
      const secret = bearerOf(authorization)
      if (secret === undefined || !secret.startsWith(keyMark)) return undefined
      if (!isSecret(secret)) throw keyErrors.invalid()
      const hash = hashSecret(secret)
      const found = known.get(hash, () => findKey(hash, context))
      return found instanceof Promise ? found.then(use) : use(found)
    },
    stop: () => uses.finish(),
  }
}

/** A key as it was read, and the actor it stands for: one object, so that what is prepared for its rights is found again. */
interface KnownKey {
  readonly key: ApiKey
  readonly actor: KnownActor
}

async function findKey(hash: string, context: FeatureContext<KeyDb>): Promise<MadeFromRows<KnownKey> | undefined> {
  const key = await context.db['api-keys'].first({ where: { hash } })
  if (key === undefined) return undefined
  return { value: { key, actor: actorOf(key, context) }, rows: [{ collection: 'api-keys', id: key.id }] }
}

function bearerOf(authorization: string): string | undefined {
  return /^Bearer +([^\s]+)$/i.exec(authorization)?.[1]
}

function requireValid(found: KnownKey | undefined, nowMs: number): asserts found is KnownKey {
  const key = found?.key
  if (key === undefined || key.revokedAt !== null) throw keyErrors.invalid()
  if (key.expiresAt !== null && Date.parse(key.expiresAt) <= nowMs) throw keyErrors.expired()
}

function actorOf(key: ApiKey, context: FeatureContext<KeyDb>): KnownActor {
  const { id, actorId, roles, scopes } = key
  return Object.freeze({
    kind: 'key',
    id: actorId ?? id,
    roles: context.expandRoles(roles),
    ...(scopes !== null && { scopes: Object.freeze([...scopes]) }),
  })
}
