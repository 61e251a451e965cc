import type { Selection } from './plan.ts'
import type { SelectionContext } from './selection.ts'

/** Per record that one page may have: 20 000 records behind relations for callers, who get pages of at most 100. */
const expandedPerRecord = 200

/**
 * Notes when relations within relations could bring more records than one answer should hold, counted by their limits: what is in
 * the database is not known yet, and the limits multiply with every step.
 *
 * @param records  how many records are selected from.
 */
export function checkExpandBudget(selection: Selection, records: number, context: SelectionContext): void {
  const most = context.maxLimit * expandedPerRecord
  const expanded = records * expandedRecords(selection)
  if (expanded <= most) return
  const message = `This could expand to ${expanded} records; at most ${most} come at once. Expand less, or lower the limits.`
  context.issues.add('expand', 'too_many', message, { max: most })
}

function expandedRecords({ expands }: Selection): number {
  return expands.reduce((sum, { limit = 1, selection }) => sum + limit * (1 + expandedRecords(selection)), 0)
}
