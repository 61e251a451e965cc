import type { Report } from '../model/field.ts'
import { reportIssue } from './report-issue.ts'

export interface Bounds {
  readonly min?: number
  readonly max?: number
}

/** Says what is wrong with the options `min` and `max`, which must lie between `least` and `most`. */
export function boundsProblems(bounds: Bounds, least: number, most: number, isWhole = true): readonly string[] {
  const problems: string[] = []
  for (const name of ['min', 'max'] as const) {
    const bound = bounds[name]
    if (bound === undefined) continue
    const isNumber = isWhole ? Number.isSafeInteger(bound) : Number.isFinite(bound)
    if (isNumber && bound >= least && bound <= most) continue
    problems.push(`The option ${name} must be a ${isWhole ? 'whole' : 'finite'} number from ${least} to ${most}.`)
  }
  if (problems.length > 0 || (bounds.min ?? least) <= (bounds.max ?? most)) return problems
  return ['The option min is above max. Lower min or raise max.']
}

/** Whether a number is within the bounds; reports it when not. */
export function isWithin(value: number, bounds: Bounds, report: Report): boolean {
  if (bounds.min !== undefined && value < bounds.min) reportIssue(report, 'too_small', { min: bounds.min })
  else if (bounds.max !== undefined && value > bounds.max) reportIssue(report, 'too_large', { max: bounds.max })
  else return true
  return false
}
