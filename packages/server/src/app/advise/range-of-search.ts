import type { Row } from '../../ports/database.ts'
import type { Condition } from '../../query/condition.ts'

/** A stretch of an index that is bounded by a range, rather than by values alone. */
export interface RangeOfSearch {
  readonly column: string
  /** How much of what is equal before it lies in the range, as planners assume that cannot know. */
  readonly share: number
}

/**
 * The ranges that SQLite's plan searches by, by the name of the table; what another database explains has no such words.
 *
 * Which values a client compares with says nothing about records that are made up, so how many match is assumed, not counted.
 */
export function rangesOfSearches(explained: readonly Row[]): ReadonlyMap<string, RangeOfSearch> {
  const ranges = new Map<string, RangeOfSearch>()
  for (const detail of explained.map((row) => String(row.at(-1)))) {
    const [, alias, conditions = ''] = /^SEARCH (\S+) .*?\(((?:[^()]|\([^()]*\))*)\)$/.exec(detail) ?? []
    const bounds = [...conditions.matchAll(/(\w+)[<>]\?/g)].map(([, column]) => column!)
    if (alias !== undefined && bounds.length > 0)
      ranges.set(alias, { column: bounds[0]!, share: bounds.length > 1 ? boundedShare : openShare })
  }
  return ranges
}

// https://sqlite.org/optoverview.html#range_query_optimizations
const openShare = 1 / 4
const boundedShare = 1 / 64

/** The columns a condition compares, when a search by all of them finds nothing but what matches; undefined when not. */
export function searchableColumns(condition: Condition): readonly string[] | undefined {
  if (condition.kind === 'constant') return condition.value ? [] : undefined
  if (condition.kind === 'isNull') return [condition.column.column]
  if (condition.kind === 'compare') return searchableOperators.has(condition.op) ? [condition.column.column] : undefined
  if (condition.kind !== 'and') return undefined
  const parts = condition.of.map(searchableColumns)
  return parts.includes(undefined) ? undefined : [...new Set(parts.flatMap((columns) => columns ?? []))]
}
const searchableOperators = new Set(['eq', 'in', 'lt', 'lte', 'gt', 'gte', 'startsWith'])
