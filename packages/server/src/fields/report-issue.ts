import type { Report } from '../model/field.ts'
import { type FieldIssueCode, type IssueParams, issueSentences } from './issue-codes.ts'

/** Tells a problem in the words of its code. Returns undefined, so that `parse` can end with it. */
export function reportIssue<Code extends FieldIssueCode>(
  report: Report,
  code: Code,
  params: IssueParams<Code> extends undefined ? Record<string, never> : IssueParams<Code>,
  path?: readonly (string | number)[],
): undefined {
  const sentence = issueSentences[code] as (params: unknown) => string
  report(code, sentence(params), params as object as Readonly<Record<string, unknown>>, path)
}

/** A report for what lies inside a value, under `key`. */
export function reportInside(report: Report, key: string | number): Report {
  return (code, message, params, path = []) => report(code, message, params, [key, ...path])
}
