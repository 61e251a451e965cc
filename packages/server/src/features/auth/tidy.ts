import type { AuthKit } from './kit.ts'
import { removeAll } from './remove-all.ts'

/** Removes what is over: sessions and secrets whose time has passed, and old entries of the audit. */
export async function tidyAuth({ db, context, settings }: AuthKit): Promise<void> {
  const nowMs = context.clock.nowMs()
  const iso = (ms: number) => new Date(ms).toISOString()
  await removeAll(db['auth-secrets'], { expiresAt: { lt: iso(nowMs) } })
  await removeAll(db['auth-sessions'], {
    or: [{ expiresAt: { lt: iso(nowMs) } }, { lastUsedAt: { lt: iso(nowMs - settings.idleMs) } }],
  })
  await removeAll(db['auth-events'], { createdAt: { lt: iso(nowMs - settings.auditMs) } })
}
