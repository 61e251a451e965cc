import { durationMs } from '../base/duration.ts'
import type { Collection } from './collection.ts'
import type { Problems } from './problems.ts'

type Declaration = Pick<Collection, 'cache'>

/** How long answers of a collection are kept at most; undefined: not at all. */
export function cacheMaxAgeMs({ cache }: Declaration): number | undefined {
  return cache === undefined ? undefined : durationMs(String(cache.maxAge))
}

export function checkCache({ cache }: Declaration, path: string, problems: Problems): void {
  if (cache === undefined) return
  const others = Object.keys(cache).filter((name) => name !== 'maxAge')
  for (const name of others)
    problems.add(`${path}.cache.${name}`, 'There is no such option. Write cache: { maxAge: "60s" }.')
  if (!((cacheMaxAgeMs({ cache }) ?? 0) > 0))
    problems.add(`${path}.cache.maxAge`, 'It is a time such as 30s, 15m, 12h or 1d. To keep nothing, leave cache out.')
}
