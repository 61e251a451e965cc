import type { PlanStep, Row, Statement } from '../../../ports/database.ts'

/** Runs the statement, because what the planner expects is not what happens. */
export function explain({ text, parameters }: Statement): Statement {
  return { text: `explain (analyze, timing off, format json) ${text}`, parameters }
}

export function planSteps(rows: readonly Row[]): readonly PlanStep[] {
  const answer = rows[0]?.[0]
  const [explained] = (typeof answer === 'string' ? JSON.parse(answer) : answer) as [{ Plan: Node }]
  return [stepOf(explained.Plan)]
}

interface Node {
  readonly 'Node Type': string
  readonly Alias?: string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly Node[]
}

/** Rows are told per loop. A bitmap is made of an index alone, and its rows are read by the heap scan above it. */
function stepOf(node: Node): PlanStep {
  const inside = (node.Plans ?? []).map(stepOf)
  const alias = node.Alias
  if (alias === undefined || node['Relation Name'] === undefined) return { kind: 'other', inside }
  const removed = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
  const rowsRead = Math.round((node['Actual Rows'] + removed) * node['Actual Loops'])
  return { kind: /Seq Scan/.test(node['Node Type']) ? 'scan' : 'search', alias, rowsRead, inside }
}
