import { defineErrors, type GalleyError, type Issue } from '../base/error.ts'
import type { IssueCode } from '../base/issue-codes.ts'

export const queryErrors = defineErrors('query', {
  invalid: { category: 'invalid', message: 'The query cannot be answered as it stands. See errors.' },
  cursor_invalid: {
    category: 'invalid',
    message: 'The cursor does not belong to this query. Begin again without after and before.',
  },
})

/** Nobody reads more, and an answer must not grow with what is wrong in a question. */
const maxIssues = 100

/** Collects what is wrong with a query or an input, so that all of it (at most 100 problems) is told at once. */
export interface IssueList {
  add(pointer: string, code: IssueCode, message: string, params?: Issue['params']): void
  readonly all: readonly Issue[]
}

export function collectIssues(): IssueList {
  const all: Issue[] = []
  return {
    all,
    add(pointer, code, message, params) {
      if (all.length < maxIssues) all.push({ pointer, code, message, ...(params === undefined ? {} : { params }) })
    },
  }
}

/** Says the same of a field that is not there and of one that whoever asks may not know. */
export function noSuchField(name: string, collection: string): string {
  return `There is no field ${name} in ${collection}.`
}

export function invalidQuery(issues: IssueList): GalleyError {
  return queryErrors.invalid({ issues: issues.all })
}
