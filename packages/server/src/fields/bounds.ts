import type { Report } from '../model/field.ts'
import { reportIssue } from './report-issue.ts'

export interface Bounds {
  readonly min?: number
  readonly max?: number
}

/** Says what is wrong with the options `min` and `max`, which must lie between `least` and `most`. */
export function boundsProblems({ min, max }: Bounds, least: number, most: number, isWhole = true): readonly string[] {
  const problems = [
    ...limitProblems('min', min, least, most, isWhole),
    ...limitProblems('max', max, least, most, isWhole),
  ]
  if (problems.length > 0 || (min ?? least) <= (max ?? most)) return problems
  return ['The option min is above max. Lower min or raise max.']
}

/** Says what is wrong with an option that is a number. */
export function limitProblems(
  name: string,
  limit: number | undefined,
  least: number,
  most: number,
  isWhole = true,
): readonly string[] {
  const isNumber = isWhole ? Number.isSafeInteger(limit) : Number.isFinite(limit)
  if (limit === undefined || (isNumber && limit >= least && limit <= most)) return []
  return [`The option ${name} must be a ${isWhole ? 'whole' : 'finite'} number from ${least} to ${most}.`]
}

/** Whether a number is within the bounds; reports it when not. */
export function isWithin(value: number, bounds: Bounds, report: Report): boolean {
  if (bounds.min !== undefined && value < bounds.min) reportIssue(report, 'too_small', { min: bounds.min })
  else if (bounds.max !== undefined && value > bounds.max) reportIssue(report, 'too_large', { max: bounds.max })
  else return true
  return false
}
