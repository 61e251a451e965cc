import type { PlanStep } from '../../ports/database.ts'
import type { RangeOfSearch } from './range-of-search.ts'

/** What is known of the tables and the answer, to tell how far a plan goes. */
export interface Volumes {
  rowsOf(alias: string): number
  /** Rows that have the same values in columns, on average. */
  rowsPerValue(alias: string, columns: readonly string[]): Promise<number>
  /** The range by which the table is searched, if it is. */
  rangeOf(alias: string): RangeOfSearch | undefined
  /** The columns that the answer depends on, where a search by all of them finds nothing else. */
  readonly comparedColumns: readonly string[] | undefined
  /** How many rows there were, whatever the column. */
  matchesWithout(column: string): Promise<number>
  /** How many rows are looked for. */
  readonly limit: number
  /** How many there are. */
  readonly matches: number
}

/** How many rows a statement reads: as the database tells, or else as follows from its plan. */
export async function rowsRead(steps: readonly PlanStep[], volumes: Volumes): Promise<number> {
  const told = toldRows(steps)
  return Math.round(told ?? (await estimatedRows(steps, { volumes, times: 1, stopsEarly: true })))
}

function toldRows(steps: readonly PlanStep[]): number | undefined {
  const counts = steps.flatMap((step) => [step.rowsRead ?? [], toldRows(step.inside) ?? []].flat())
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0)
}

interface Part {
  readonly volumes: Volumes
  /** How often it is run. */
  readonly times: number
  /** Whether it ends when the page is full. */
  readonly stopsEarly: boolean
}

async function estimatedRows(steps: readonly PlanStep[], { volumes, times, stopsEarly }: Part): Promise<number> {
  const isSorted = steps.some((step) => step.kind === 'sort')
  let total = 0
  let loops = times
  let outermost: number | undefined
  for (const step of steps.filter(({ kind }) => kind === 'scan' || kind === 'search')) {
    const all = await rowsOf(step, volumes)
    const rows =
      outermost === undefined && stopsEarly ? reached(all, isSorted, await matching(step, all, volumes), volumes) : all
    outermost ??= rows
    loops *= rows
    total += loops
  }
  for (const step of steps) {
    const inside = { volumes, stopsEarly: false }
    if (step.kind === 'subquery')
      total += await estimatedRows(step.inside, { ...inside, times, stopsEarly: isTable(step) && stopsEarly })
    if (step.kind === 'perRow') total += await perRow(step, times * (outermost ?? 1), volumes)
  }
  return total
}

async function rowsOf(step: PlanStep, volumes: Volumes): Promise<number> {
  if (step.kind === 'scan') return volumes.rowsOf(step.alias!)
  const equal = await volumes.rowsPerValue(step.alias!, step.equalColumns ?? [])
  return equal * (volumes.rangeOf(step.alias!)?.share ?? 1)
}

/** How many of the rows of a step are looked for; in a range as many as are assumed to lie in it. */
async function matching(step: PlanStep, all: number, volumes: Volumes): Promise<number> {
  const range = volumes.rangeOf(step.alias!)
  if (step.kind === 'scan' || range === undefined) return volumes.matches
  const searched = [...(step.equalColumns ?? []), range.column]
  if (volumes.comparedColumns?.every((column) => searched.includes(column))) return Math.max(all, volumes.matches)
  return Math.max(volumes.matches, (await volumes.matchesWithout(range.column)) * range.share)
}

/** Rows are read until the page is full, unless all must be sorted first; those that are sorted are at least all that match. */
function reached(all: number, isSorted: boolean, matches: number, { limit }: Volumes): number {
  if (isSorted) return Math.max(all, matches)
  return matches <= limit ? all : Math.min(all, Math.ceil((Math.max(all, matches) * limit) / matches))
}

/** What is expanded is read for the rows of the page only, and no more of it than fits in. */
async function perRow(step: PlanStep, outer: number, volumes: Volumes): Promise<number> {
  const list = step.inside.find(({ kind, inside }) => kind === 'subquery' && inside.length > 0)
  if (list === undefined) return estimatedRows(step.inside, { volumes, times: outer, stopsEarly: false })
  const each = await estimatedRows(list.inside, { volumes, times: 1, stopsEarly: false })
  const isSorted = list.inside.some(({ kind }) => kind === 'sort')
  return Math.min(outer, volumes.limit) * (isSorted ? each : Math.min(each, volumes.limit))
}

/** The parts of an `or` read the table together. */
function isTable(step: PlanStep): boolean {
  return step.inside.some(({ kind }) => kind === 'subquery')
}
