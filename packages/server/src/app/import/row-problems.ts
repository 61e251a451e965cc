import { GalleyError } from '../../base/error.ts'

export interface RowProblem {
  /** Where the row begins, from 1. */
  readonly line: number
  /** Name of the column, where one is to blame. */
  readonly column: string | undefined
  readonly message: string
}

/** Collects what is wrong with rows: counts all of it, keeps the first. */
export interface RowProblems {
  add(problem: RowProblem): void
  readonly count: number
  readonly kept: readonly RowProblem[]
  /** Rows with at least one problem. */
  readonly rowCount: number
}

const maxKept = 100

export function collectRowProblems(): RowProblems {
  const kept: RowProblem[] = []
  let count = 0
  let rowCount = 0
  let lastLine = 0
  return {
    add(problem) {
      if (kept.length < maxKept) kept.push(problem)
      count += 1
      if (problem.line !== lastLine) rowCount += 1
      lastLine = problem.line
    },
    kept,
    get count() {
      return count
    },
    get rowCount() {
      return rowCount
    },
  }
}

/** What an operation refused, by column. Anything but a refusal is thrown on. */
export function problemsOfError(
  error: unknown,
  line: number,
  columnOf: (field: string) => string | undefined,
): readonly RowProblem[] {
  if (!(error instanceof GalleyError) || error.category === 'internal' || error.category === 'unavailable') throw error
  if (error.issues.length === 0) return [{ line, column: undefined, message: error.message }]
  return error.issues.map((issue) => ({
    line,
    column: columnOf(issue.pointer.split('/')[1] ?? ''),
    message: issue.message,
  }))
}
