import type { Field, FieldOptions, FieldType, InputOf, OutputOf, Report, ValueField } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import type { Shape } from '../model/shape.ts'
import { boundsProblems } from './bounds.ts'
import { defineField, type OptionsFor } from './define-field.ts'
import { insideProblems } from './inside-problems.ts'
import { reportInside, reportIssue } from './report-issue.ts'

export interface ListOptions<Value = unknown> extends Omit<FieldOptions<Value>, 'unique'> {
  /** Items. Default 0: the empty list is a list. */
  readonly min?: number
  /** Items, at most 10 000. Default 100. */
  readonly max?: number
  /** No item is there twice. Default false. */
  readonly unique?: boolean
}

type AnyItem = Field<any, any, any> // any: whatever an item holds

/** Several values in their order, read and written as one: `list(text({ max: 40 }))`. Items are never null. */
export function list<const I extends AnyItem, const O extends ListOptions<readonly I['~in'][]> = {}>(
  item: I,
  options?: OptionsFor<O, ListOptions<readonly I['~in'][]>>,
): ValueField<OutputOf<readonly I['~out'][], O>, InputOf<readonly I['~in'][], O>> {
  const { min = 0, max = 100, unique: isUnique = false, ...common }: ListOptions = options ?? {}
  const { type } = item
  return defineField(
    {
      name: 'list',
      shape: { kind: 'list', items: type.shape, minItems: min, maxItems: max, isUnique },
      columns: [{ type: { kind: 'json' } }],
      operators: isScalar(type.shape) ? operatorSets.list : operatorSets.presence,
      problems: [...boundsProblems({ min, max }, 0, 10_000), ...itemProblems(item)],
      parse(value, report) {
        if (!Array.isArray(value)) return reportIssue(report, 'type', { expected: 'a list' })
        if (value.length < min) return reportIssue(report, 'too_few_items', { min })
        if (value.length > max) return reportIssue(report, 'too_many_items', { max })
        const items = Array.from(value, (given: unknown, index) => parseItem(given, type, reportInside(report, index)))
        if (isUnique) reportDuplicates(items, report)
        return items
      },
    },
    common,
  )
}

function isScalar(shape: Shape): boolean {
  return shape.kind !== 'object' && shape.kind !== 'json' && shape.kind !== 'list'
}

function itemProblems(item: AnyItem): readonly string[] {
  const problems = [...insideProblems(item, 'An item')]
  if (item.type.shape.kind === 'list')
    problems.push('A list of lists is not possible. Put the inner list into an object.')
  if (item.options.optional === true) problems.push('An item cannot be optional: leave it out of the list instead.')
  if (item.options.default !== undefined) problems.push('An item cannot have a default. Give the list one.')
  return problems
}

function parseItem(given: unknown, type: FieldType, report: Report): unknown {
  return given === undefined || given === null ? reportIssue(report, 'required', {}) : type.parse(given, report)
}

/** Reports every item that equals an earlier one. */
export function reportDuplicates(items: readonly unknown[], report: Report): void {
  const seen = new Set<string>()
  for (const [index, item] of items.entries()) {
    const written = JSON.stringify(item, withSortedMembers)
    if (item !== undefined && seen.has(written)) reportIssue(report, 'duplicate', {}, [index])
    seen.add(written)
  }
}

/** The order of members does not make two objects different. */
function withSortedMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
}
