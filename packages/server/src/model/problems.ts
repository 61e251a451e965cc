import { defineErrors, type GalleyError, type Issue } from '../base/error.ts'
import type { IssueCode } from '../base/issue-codes.ts'

export const modelErrors = defineErrors('model', {
  invalid: { category: 'internal', message: 'The declaration of {app} has {count}:\n{list}' },
})

/** Collects what is wrong with a declaration, so that all of it is told at once. */
export interface Problems {
  /** @param path  where: `collections.products.fields.price`. @param message  a sentence that says what to do. */
  add(path: string, message: string): void
  readonly all: readonly Issue[]
}

export function collectProblems(): Problems {
  const all: Issue[] = []
  return {
    add: (path, message) => void all.push({ pointer: path, code: 'declaration' satisfies IssueCode, message }),
    all,
  }
}

export function declarationError(app: string, issues: readonly Issue[]): GalleyError {
  const list = issues.map((issue) => `  ${issue.pointer}: ${issue.message}`).join('\n')
  const count = issues.length === 1 ? 'a problem' : `${issues.length} problems`
  return modelErrors.invalid({ details: { app, count, list }, issues })
}
