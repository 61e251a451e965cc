import { isStorable } from '../base/storable.ts'
import type { DefaultContext, FieldOptions, Report, ValueField } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { isPlainObject } from './plain-object.ts'
import { reportInside, reportIssue } from './report-issue.ts'

/** Somebody, and how much they may. */
export interface AccessEntry<Level extends string = string> {
  /** `user:<id>`, `role:<name>`, `tenant:<id>` or `everyone`. */
  readonly to: string
  /** Brings those before it in `levels`. */
  readonly level: Level
}

export interface AccessListOptions<Level extends string = string>
  extends Omit<FieldOptions, 'unique' | 'optional' | 'default'> {
  /** From the least to the most. Default `['read', 'write', 'own']`. */
  readonly levels?: readonly Level[]
  /** What whoever creates the record has, when no list is given. Default: nothing. */
  readonly creator?: Level
  /** Entries, at most 1 000. Default 100. */
  readonly max?: number
}

const usualLevels = ['read', 'write', 'own'] as const
type UsualLevel = (typeof usualLevels)[number]
type LevelOf<O> = O extends { readonly levels: readonly (infer Level extends string)[] } ? Level : UsualLevel

/**
 * Who may do what with this one record: `[{ to: 'user:…', level: 'write' }, { to: 'everyone', level: 'read' }]`.
 *
 * Rules ask for it: `allows(row.access, 'write')`. Each is in it once; an empty list allows nobody anything.
 */
export function accessList<const O extends AccessListOptions = {}>(
  options?: OptionsFor<O, AccessListOptions>,
): ValueField<readonly AccessEntry<LevelOf<O>>[], readonly AccessEntry<LevelOf<O>>[] | undefined> {
  const { levels = usualLevels, creator, max = 100, ...common }: AccessListOptions = options ?? {}
  return defineField(
    {
      name: 'accessList',
      shape: {
        kind: 'list',
        items: {
          kind: 'object',
          properties: {
            to: { shape: { kind: 'text', pattern: principalPattern }, isOptional: false, isNullable: false },
            level: { shape: { kind: 'choice', values: levels }, isOptional: false, isNullable: false },
          },
        },
        maxItems: max,
      },
      columns: [{ type: { kind: 'json' } }],
      operators: operatorSets.presence,
      accessLevels: Object.freeze([...levels]),
      problems: problemsOf(levels, creator, max),
      parse(value, report) {
        if (!Array.isArray(value)) return reportIssue(report, 'type', { expected: 'a list' })
        if (value.length > max) return reportIssue(report, 'too_many_items', { max })
        const entries = Array.from(value, (entry: unknown, index) =>
          parseEntry(entry, levels, reportInside(report, index)),
        )
        reportRepeated(entries, report)
        return entries
      },
    },
    { ...common, default: creator === undefined ? [] : (context: DefaultContext) => ofCreator(context, creator) },
  )
}

const principalPattern = '^(everyone|(user|role|tenant):[^\\s]{1,200})$'
const isPrincipal = new RegExp(principalPattern, 'u')

function problemsOf(levels: readonly string[], creator: string | undefined, max: number): readonly string[] {
  const problems: string[] = []
  if (levels.length === 0 || new Set(levels).size < levels.length)
    problems.push('levels names each level once, from the least to the most.')
  if (creator !== undefined && !levels.includes(creator))
    problems.push(`creator is one of the levels: ${levels.join(', ')}.`)
  if (!Number.isInteger(max) || max < 1 || max > 1_000) problems.push('max is a whole number from 1 to 1000.')
  return problems
}

function ofCreator({ actor }: DefaultContext, level: string): readonly AccessEntry[] {
  return actor.id === null ? [] : [{ to: `user:${actor.id}`, level }]
}

/** The members in one order: databases compare entries as they are written. */
function parseEntry(entry: unknown, levels: readonly string[], report: Report): AccessEntry | undefined {
  if (!isPlainObject(entry)) return reportIssue(report, 'type', { expected: 'an object' })
  const { to, level, ...others } = entry
  for (const name of Object.keys(others)) reportIssue(reportInside(report, name), 'unknown_field', {})
  if (typeof to !== 'string')
    reportIssue(reportInside(report, 'to'), to === undefined ? 'required' : 'type', { expected: 'text' })
  else if (!isPrincipal.test(to) || !isStorable(to))
    reportIssue(reportInside(report, 'to'), 'format', { expected: 'user:<id>, role:<name>, tenant:<id> or everyone' })
  if (!levels.includes(level as string))
    reportIssue(reportInside(report, 'level'), level === undefined ? 'required' : 'choice', { values: levels })
  return { to: to as string, level: level as string }
}

function reportRepeated(entries: readonly (AccessEntry | undefined)[], report: Report): void {
  const seen = new Set<string>()
  for (const [index, entry] of entries.entries()) {
    if (entry === undefined) continue
    if (seen.has(entry.to)) reportIssue(report, 'duplicate', {}, [index])
    seen.add(entry.to)
  }
}
