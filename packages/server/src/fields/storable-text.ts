import { isStorable } from '../base/storable.ts'
import type { Report } from '../model/field.ts'
import { reportIssue } from './report-issue.ts'

/** The value when it is text that can be stored; otherwise undefined, and reported. */
export function storableText(value: unknown, report: Report): string | undefined {
  if (typeof value !== 'string') return reportIssue(report, 'type', { expected: 'text' })
  if (!isStorable(value)) return reportIssue(report, 'characters', {})
  return value
}

/** Whether the length in characters is within the bounds; reports it when not. */
export function isLengthWithin(text: string, min: number, max: number, report: Report): boolean {
  if (text.length > max && characterCount(text) > max) reportIssue(report, 'too_long', { max })
  else if (text.length < 2 * min && characterCount(text) < min) reportIssue(report, 'too_short', { min })
  else return true
  return false
}

/** Code points, as databases and JSON Schema count; `length` counts UTF-16 units. */
function characterCount(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
