import { defineErrors, type GalleyError, type Issue } from '../base/error.ts'

export const queryErrors = defineErrors('query', {
  invalid: { category: 'invalid', message: 'The query cannot be answered as it stands. See errors.' },
  cursor_invalid: {
    category: 'invalid',
    message: 'The cursor does not belong to this query. Begin again without after and before.',
  },
})

/** Collects what is wrong with a query, so that all of it is told at once. */
export interface QueryIssues {
  add(pointer: string, code: string, message: string, params?: Issue['params']): void
  readonly all: readonly Issue[]
}

export function collectIssues(): QueryIssues {
  const all: Issue[] = []
  return {
    all,
    add: (pointer, code, message, params) =>
      void all.push(params === undefined ? { pointer, code, message } : { pointer, code, message, params }),
  }
}

export function invalidQuery(issues: QueryIssues): GalleyError {
  return queryErrors.invalid({ issues: issues.all })
}
