import type { Row } from '../ports/database.ts'
import { valueAt } from '../query/column-ref.ts'
import { hasSortValuesInJson, type ReadPlan } from '../query/plan.ts'
import type { PageRequest } from '../query/read-plan.ts'
import type { Runtime } from './runtime.ts'

/** Writes the rows of a page, one more than its size when there are more, as the body of the answer. */
export type PageWriter = (found: readonly Row[], total: number | undefined) => string

/** What is written can be prepared but for the rows, and is kept with the prepared query. */
export function createPageWriter(page: PageRequest, plan: ReadPlan, runtime: Runtime): PageWriter {
  const sortValues = sortValuesOf(plan, runtime)
  const cursorOf = (row: Row) => JSON.stringify(runtime.signer.sign(sortValues(row), page.query))
  const nextCursor = rememberingLast(cursorOf)
  const previousCursor = rememberingLast(cursorOf)
  return (found, total) => {
    const hasMore = found.length > page.size
    const rows = page.isBackward ? backwards(found, page.size) : found
    const count = Math.min(rows.length, page.size)
    const hasNext = page.isBackward ? count > 0 : hasMore
    const hasPrevious = page.isBackward ? hasMore : page.isContinued && count > 0
    const next = hasNext ? nextCursor(rows[count - 1]!) : 'null'
    const previous = hasPrevious ? previousCursor(rows[0]!) : 'null'
    const counted = total === undefined ? '' : `,"total":${total}`
    const about = `"next":${next},"previous":${previous},"size":${page.size}${counted}`
    return `{"data":[${joined(rows, count)}],"page":{${about}}}`
  }
}

function backwards(found: readonly Row[], size: number): readonly Row[] {
  return found.slice(0, size).reverse()
}

function joined(rows: readonly Row[], count: number): string {
  let text = count === 0 ? '' : (rows[0]![0] as string)
  for (let index = 1; index < count; index += 1) text += `,${rows[index]![0] as string}`
  return text
}

function sortValuesOf(plan: ReadPlan, { database: { dialect } }: Runtime): (row: Row) => readonly unknown[] {
  if (!hasSortValuesInJson(plan))
    return (row) =>
      plan.sort.map((term, index) => {
        const value = row[1 + index] ?? null
        return value === null ? null : dialect.decode(term.type, value)
      })
  return (row) => {
    const record = JSON.parse(row[0] as string) as Readonly<Record<string, unknown>>
    return plan.sort.map(({ expression }) => (expression.kind === 'column' ? valueAt(record, expression.column) : null))
  }
}

/** The same page asked again ends at the same row, whose cursor need not be signed again. */
function rememberingLast(cursorOf: (row: Row) => string): (row: Row) => string {
  let last: Row | undefined
  let cursor = ''
  return (row) => {
    if (last === undefined || !isSame(row, last)) {
      last = row
      cursor = cursorOf(row)
    }
    return cursor
  }
}

function isSame(row: Row, other: Row): boolean {
  return row.length === other.length && row.every((value, index) => value === other[index])
}
