import { execFileSync } from 'node:child_process'
import { cpus } from 'node:os'
import { isPeer } from './contenders.ts'
import type { DatabaseName } from './databases.ts'
import { generator } from './load.ts'
import type { Figures } from './measure.ts'
import { isPinned } from './processors.ts'
import type { Goal, Work } from './works.ts'

/** What was measured of one work on one database. */
export interface Result {
  readonly work: Work
  readonly database: DatabaseName
  readonly figures: readonly Figures[]
}

export interface ReachedGoal extends Goal {
  readonly rateRatio: number
  readonly cpuRatio: number
}

export function headerLine(): string {
  const columns = ['work'.padEnd(17), 'database'.padEnd(9), 'contender'.padEnd(12), '      /s', '  p99 ms', '  µs cpu']
  return `${columns.join(' ')}    rate   cpu  against`
}

/** The lines of a work: each case, and its ratio to the first one. */
export function resultLines({ work, database, figures }: Result): readonly string[] {
  const [base] = figures
  const lines = figures.map((one) => {
    const ratios = `${(one.rate / base!.rate).toFixed(2).padStart(8)}${(base!.cpuUs / one.cpuUs).toFixed(2).padStart(6)}`
    const [rate, p99, cpu] = [one.rate, one.p99Ms, one.cpuUs].map(shortNumber)
    return (
      [work.name.padEnd(17), database.padEnd(9), one.label.padEnd(12), rate, p99, cpu].join(' ') +
      `${ratios}  ${base!.label}${one.refused > 0 ? ` (${one.refused} refused)` : ''}`
    )
  })
  const goals = goalsOf({ work, database, figures }).map(goalLine)
  return [...lines, ...goals, '']
}

function shortNumber(value: number): string {
  return (value < 10 ? value.toFixed(1) : value.toFixed(0)).padStart(8)
}

export function goalsOf({ work, database, figures }: Result): readonly ReachedGoal[] {
  return work.goals.flatMap((goal) => {
    const of = figures.find(({ label }) => label === goal.of)
    const against = opponent(goal.against, figures)
    const isAsked = goal.database === undefined || goal.database === database
    if (!isAsked || of === undefined || against === undefined) return []
    return [{ ...goal, against: against.label, rateRatio: of.rate / against.rate, cpuRatio: against.cpuUs / of.cpuUs }]
  })
}

function opponent(name: string, figures: readonly Figures[]): Figures | undefined {
  if (name !== 'peers') return figures.find(({ label }) => label === name)
  const peers = figures.filter(({ label }) => isPeer(label))
  return peers.toSorted((left, right) => right.rate - left.rate)[0]
}

function goalLine({ of, against, atLeast, rateRatio, cpuRatio }: ReachedGoal): string {
  const verdict = rateRatio >= atLeast ? 'reached' : 'not reached'
  return `  goal: ${of} at least ${atLeast.toFixed(2)} × ${against}. Measured ${rateRatio.toFixed(2)} (${cpuRatio.toFixed(2)} by processor time): ${verdict}`
}

/** Where and with what it was measured. */
export function circumstances(revision: string | undefined): string {
  const commit = execFileSync('git', ['rev-parse', '--short', revision ?? 'HEAD'], { encoding: 'utf8' }).trim()
  const isChanged = execFileSync('git', ['status', '--porcelain', 'packages/server/src'], { encoding: 'utf8' }) !== ''
  const changes = isChanged && revision === undefined ? ' with changes' : ''
  const place = isPinned ? 'server on one core, load on another' : 'not pinned to cores (no taskset, or one core)'
  return `galley ${commit}${changes} · Node ${process.version} · ${cpus().length} × ${cpus()[0]?.model} · ${generator} · ${place}`
}

/** Everything as data. */
export function jsonFrom(results: readonly Result[], where: string): string {
  const works = results.map((result) => ({
    work: result.work.name,
    database: result.database,
    figures: result.figures,
    goals: goalsOf(result),
  }))
  return `${JSON.stringify({ at: new Date().toISOString(), where, works }, null, 2)}\n`
}
