import { isStorable } from '../base/storable.ts'
import type { FieldOf, FieldOptions, Report } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { limitProblems } from './bounds.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { isPlainObject } from './plain-object.ts'
import { reportIssue } from './report-issue.ts'

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }

export interface JsonOptions extends FieldOptions<NonNullable<Json>> {
  /** Size as UTF-8 without spaces, 1 to 1 048 576. Default 65 536. */
  readonly maxBytes?: number
}

/**
 * Any JSON value, nested at most 32 levels deep. Null is no value at all, as in every field.
 *
 * The order of members is not kept by every database.
 */
export function json<const O extends JsonOptions = {}>(
  options?: OptionsFor<O, JsonOptions>,
): FieldOf<NonNullable<Json>, O> {
  const { maxBytes = 65_536 }: JsonOptions = options ?? {}
  return defineField(
    {
      name: 'json',
      shape: { kind: 'json' },
      columns: [{ type: { kind: 'json' } }],
      operators: operatorSets.presence,
      problems: limitProblems('maxBytes', maxBytes, 1, 1_048_576),
      parse(value, report) {
        if (!isJson(value, maxDepth, report)) return undefined
        const written = JSON.stringify(value)
        if (Buffer.byteLength(written) > maxBytes) return reportIssue(report, 'too_many_bytes', { max: maxBytes })
        return JSON.parse(written)
      },
    },
    options ?? {},
  )
}

const maxDepth = 32

/** Stops at the first problem: what is wrong in a structure nobody declared is not listed. */
function isJson(value: unknown, depthLeft: number, report: Report): boolean {
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return true
  if (typeof value === 'string') return isJsonText(value, report)
  if (!Array.isArray(value) && !isPlainObject(value)) reportIssue(report, 'type', { expected: 'a JSON value' })
  else if (depthLeft === 0) reportIssue(report, 'too_deep', { max: maxDepth })
  else
    return Array.isArray(value) ? isJsonList(value, depthLeft - 1, report) : isJsonObject(value, depthLeft - 1, report)
  return false
}

function isJsonText(text: string, report: Report): boolean {
  if (isStorable(text)) return true
  reportIssue(report, 'characters', {})
  return false
}

/** A loop, because `every` passes over the holes of an array. */
function isJsonList(list: readonly unknown[], depthLeft: number, report: Report): boolean {
  for (const item of list) if (!isJson(item, depthLeft, report)) return false
  return true
}

function isJsonObject(object: object, depthLeft: number, report: Report): boolean {
  return Object.entries(object).every(([name, member]) => isJsonText(name, report) && isJson(member, depthLeft, report))
}
