import { inspect } from 'node:util'
import { durationMs, likelyDuration } from '../base/duration.ts'
import { isObject } from '../base/is-object.ts'
import { checkOptions } from './check-options.ts'
import type { CacheDeclaration, Collection } from './collection.ts'
import type { Problems } from './problems.ts'

type Declaration = Pick<Collection, 'cache'>

/** How long answers of a collection are kept at most; undefined: not at all. */
export function cacheMaxAgeMs({ cache }: Declaration): number | undefined {
  return cache === undefined ? undefined : durationMs(String(cache.maxAge))
}

export function checkCache({ cache }: Declaration, path: string, problems: Problems): void {
  if (cache === undefined) return
  if (isObject(cache)) checkCacheOptions(cache, `${path}.cache`, problems)
  else problems.add(`${path}.cache`, noObject(cache))
}

function checkCacheOptions(cache: CacheDeclaration, path: string, problems: Problems): void {
  checkOptions(cache, ['maxAge'], path, problems)
  const isMisspelt = !Object.hasOwn(cache, 'maxAge') && Object.keys(cache).length > 0
  if (!isMisspelt && !((cacheMaxAgeMs({ cache }) ?? 0) > 0)) problems.add(`${path}.maxAge`, noTime(cache.maxAge))
}

function noObject(cache: unknown): string {
  return `It is ${inspect(cache)}; write cache: { maxAge: '${likely(cache) ?? '1h'}' }. ${orNothing}`
}

function noTime(maxAge: unknown): string {
  const write = likely(maxAge) ?? 'a time such as 30s, 15m, 12h or 1d'
  return `It is ${maxAge === undefined ? 'missing' : inspect(maxAge)}; write ${write}. ${orNothing}`
}

const orNothing = 'To keep nothing, leave cache out.'

function likely(value: unknown): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? likelyDuration(String(value)) : undefined
  return text !== undefined && durationMs(text) === 0 ? undefined : text
}
