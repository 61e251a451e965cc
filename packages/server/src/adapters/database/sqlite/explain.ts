import type { PlanStep, Row, Statement } from '../../../ports/database.ts'

export function explain({ text, parameters }: Statement): Statement {
  return { text: `explain query plan ${text}`, parameters }
}

/** The rows are `id, parent, 0, detail`; their order is that of the loops. */
export function planSteps(rows: readonly Row[], parent: unknown = 0): readonly PlanStep[] {
  return rows
    .filter((row) => row[1] === parent)
    .map(([id, , , detail]) => ({ ...stepOf(String(detail)), inside: planSteps(rows, id) }))
}

// https://sqlite.org/eqp.html; what is not in it makes no work that grows with the table.
function stepOf(detail: string): Omit<PlanStep, 'inside'> {
  if (/^CORRELATED /.test(detail)) return { kind: 'perRow' }
  if (/SUBQUERY|^(CO-ROUTINE|MATERIALIZE|COMPOUND QUERY|MULTI-INDEX OR|INDEX \d+$)/.test(detail))
    return { kind: 'subquery' }
  // "LAST TERM" sorts only what is equal before it.
  if (/^USE TEMP B-TREE FOR (ORDER BY|GROUP BY|DISTINCT)/.test(detail)) return { kind: 'sort' }
  const table = /^(SCAN|SEARCH) (\S+)/.exec(detail)
  if (table === null || / VIRTUAL TABLE /.test(detail)) return { kind: 'other' }
  const alias = table[2]!
  if (table[1] === 'SCAN' || / AUTOMATIC /.test(detail)) return { kind: 'scan', alias }
  const conditions = /\(([^()]*(?:\([^()]*\)[^()]*)*)\)$/.exec(detail)?.[1] ?? ''
  const equalColumns = conditions.split(' AND ').flatMap((condition) => /^(\w+)=\?$/.exec(condition)?.[1] ?? [])
  return { kind: 'search', alias, equalColumns }
}
