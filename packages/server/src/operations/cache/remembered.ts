import type { MadeFromRows, Remembered, RememberOptions } from '../../model/feature.ts'
import type { Freshness } from './freshness.ts'
import { Memory, type Outcome } from './memory.ts'

const defaultMaxEntries = 10_000
const defaultMaxAgeSeconds = 5

/** Remembers what a feature made from records, until one of them changes. */
export function createRemembered<V>(options: RememberOptions, freshness: Freshness): Remembered<V> {
  const { from, maxEntries = defaultMaxEntries, maxAgeSeconds = defaultMaxAgeSeconds } = options
  const memory = new Memory<V | undefined>({ freshness, maxSize: maxEntries, maxEntrySize: 1 })
  const watched = freshness.marksOfCollections(from)
  if (maxAgeSeconds === 0 && !freshness.noticesAll) return { get: async (_key, make) => (await make())?.value }
  const maxAgeMs = (maxAgeSeconds === 0 ? defaultMaxAgeSeconds : maxAgeSeconds) * 1_000
  return {
    get: (key, make) =>
      memory.find(key) ?? memory.run(key, watched, maxAgeMs, async () => outcomeOf(await make(), freshness)),
  }
}

function outcomeOf<V>(made: MadeFromRows<V> | undefined, freshness: Freshness): Outcome<V | undefined> {
  if (made === undefined) return { answer: undefined }
  const marks = made.rows.flatMap(({ collection, id }) => freshness.marksOfRow(collection, id))
  return { answer: made.value, kept: { value: made.value, size: 1, marks } }
}
