import type { CollectionApi, LooseDb } from '../../plugin.ts'
import type { AuthKit } from './kit.ts'

/** Removes what is over: sessions and secrets whose time has passed, and old entries of the audit. */
export async function tidyAuth({ db, context, settings }: AuthKit): Promise<void> {
  const collections = db as unknown as LooseDb
  const nowMs = context.clock.nowMs()
  const iso = (ms: number) => new Date(ms).toISOString()
  await removeAll(collections['auth-secrets']!, { expiresAt: { lt: iso(nowMs) } })
  await removeAll(collections['auth-sessions']!, {
    or: [{ expiresAt: { lt: iso(nowMs) } }, { lastUsedAt: { lt: iso(nowMs - settings.idleMs) } }],
  })
  await removeAll(collections['auth-attempts']!, { since: { lt: iso(nowMs - 86_400_000) } })
  await removeAll(collections['auth-events']!, { createdAt: { lt: iso(nowMs - settings.auditMs) } })
}

/** In turns, so that no transaction is long. */
export async function removeAll(collection: CollectionApi<any, any>, where: object): Promise<void> {
  // any: whichever collection
  for (;;) {
    const { data } = await collection.find({ where, limit: 500 })
    for (const { id } of data) await collection.delete(id as string)
    if (data.length < 500) return
  }
}
