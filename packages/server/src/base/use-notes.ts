import { LRUCache } from 'lru-cache'

export interface Used {
  readonly id: string
  /** ISO 8601; null: never. */
  readonly lastUsedAt: string | null
}

/** Keeps when something was used last, beside the requests: none of them waits for it. */
export interface UseNotes {
  note(used: Used, nowMs: number): void
  /** Resolves when everything noted is stored. */
  finish(): Promise<void>
}

/** Last use is kept to the minute, so that what is busy is not a write per request. */
const precisionMs = 60_000

export interface UseNotesOptions {
  store(id: string, lastUsedAt: string): Promise<unknown>
  /** Told when it could not be stored: knowing when something was used last is worth a line of the log, and no more. */
  onFailure(error: unknown, id: string): void
  /** It is remembered of so many when they were used; what is beyond them may be stored more often. Default 10 000. */
  readonly maxEntries?: number
}

export function createUseNotes({ store, onFailure, maxEntries = 10_000 }: UseNotesOptions): UseNotes {
  const notedMs = new LRUCache<string, number>({ max: maxEntries })
  const storing = new Set<Promise<void>>()

  async function stored(id: string, nowMs: number): Promise<void> {
    try {
      await store(id, new Date(nowMs).toISOString())
    } catch (error) {
      onFailure(error, id)
    }
  }

  return {
    note({ id, lastUsedAt }, nowMs) {
      const lastMs = Math.max(lastUsedAt === null ? 0 : Date.parse(lastUsedAt), notedMs.get(id) ?? 0)
      if (nowMs - lastMs < precisionMs) return
      notedMs.set(id, nowMs)
      const work = stored(id, nowMs).finally(() => storing.delete(work))
      storing.add(work)
    },
    async finish() {
      await Promise.all(storing)
    },
  }
}
