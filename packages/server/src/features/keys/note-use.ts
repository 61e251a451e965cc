import { LRUCache } from 'lru-cache'
import type { FeatureContext } from '../../plugin.ts'
import type { KeyDb } from './api-keys.ts'

export interface UsedKey {
  readonly id: string
  readonly lastUsedAt: string | null
}

/** Keeps when a key was used last, beside the requests: none of them waits for it. */
export interface UseNotes {
  note(key: UsedKey, nowMs: number): void
  /** Resolves when everything noted is stored. */
  finish(): Promise<void>
}

/** Last use is kept to the minute, so that a busy key is not a write per request. */
const precisionMs = 60_000

/** @param maxKeys  it is remembered of so many when they were used; a key beyond them may be stored more often. */
export function createUseNotes({ db, log }: Pick<FeatureContext<KeyDb>, 'db' | 'log'>, maxKeys = 10_000): UseNotes {
  const notedMs = new LRUCache<string, number>({ max: maxKeys })
  const storing = new Set<Promise<void>>()

  async function store(id: string, nowMs: number): Promise<void> {
    try {
      await db['api-keys'].update(id, { lastUsedAt: new Date(nowMs).toISOString() })
    } catch (error) {
      // Knowing when a key was used last is not worth more than a line.
      log.warn({ error, key: id }, 'The last use of an API key could not be stored.')
    }
  }

  return {
    note({ id, lastUsedAt }, nowMs) {
      const lastMs = Math.max(lastUsedAt === null ? 0 : Date.parse(lastUsedAt), notedMs.get(id) ?? 0)
      if (nowMs - lastMs < precisionMs) return
      notedMs.set(id, nowMs)
      const stored = store(id, nowMs).finally(() => storing.delete(stored))
      storing.add(stored)
    },
    async finish() {
      await Promise.all(storing)
    },
  }
}
