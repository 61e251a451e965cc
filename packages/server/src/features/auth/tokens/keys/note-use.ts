import type { AuthKit } from '../../kit.ts'
import { type AccountKey, accountKeysOf } from './account-keys.ts'

/** Keeps when a key was used last, beside the requests: none of them waits for it. */
export interface UseNotes {
  note(key: Pick<AccountKey, 'id' | 'lastUsedAt'>, nowMs: number): void
  /** Resolves when everything noted is stored. */
  finish(): Promise<void>
}

/** Last use is kept to the minute, so that a busy key is not a write per request. */
const precisionMs = 60_000

export function createUseNotes({ db, context }: AuthKit): UseNotes {
  const notedMs = new Map<string, number>()
  const storing = new Set<Promise<void>>()

  async function store(id: string, nowMs: number): Promise<void> {
    try {
      const lastUsedAt = new Date(nowMs).toISOString()
      const isLater = { or: [{ lastUsedAt: null }, { lastUsedAt: { lt: lastUsedAt } }] }
      await accountKeysOf(db).updateIf(id, isLater, { lastUsedAt })
    } catch (error) {
      // Knowing when a key was used last is not worth more than a line.
      context.log.warn({ error, key: id }, 'The last use of an API key could not be stored.')
    }
  }

  return {
    note({ id, lastUsedAt }, nowMs) {
      const lastMs = Math.max(lastUsedAt === null ? 0 : Date.parse(lastUsedAt), notedMs.get(id) ?? 0)
      if (nowMs - lastMs < precisionMs) return
      if (notedMs.size > 10_000) notedMs.clear()
      notedMs.set(id, nowMs)
      const stored = store(id, nowMs).finally(() => storing.delete(stored))
      storing.add(stored)
    },
    async finish() {
      await Promise.all(storing)
    },
  }
}
