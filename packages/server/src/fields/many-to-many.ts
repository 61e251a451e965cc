import type { Field, FieldOptions, Report } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import { defineField } from './define-field.ts'
import { reportDuplicates } from './list.ts'
import { parseId } from './reference.ts'
import { reportInside, reportIssue } from './report-issue.ts'

export interface ManyToManyOptions
  extends Pick<FieldOptions, 'description' | 'read' | 'write' | 'private' | 'renamedFrom'> {
  /** The field of the other collection that declares the same relation from there; undefined when only this one does. */
  readonly by?: string
}

/** Records of `target`, each of which may belong to many of these: `manyToMany('tags')`. Written as the list of their ids, at most 1 000. */
export function manyToMany<const Target extends string>(
  target: Target,
  options: ManyToManyOptions = {},
): Field<never, readonly string[] | undefined, { readonly kind: 'manyToMany'; readonly target: Target }> {
  const { by, ...common } = options
  return defineField(
    {
      name: 'manyToMany',
      shape: { kind: 'list', items: { kind: 'reference', target }, maxItems: maxLinks, isUnique: true },
      columns: [],
      operators: operatorSets.relation,
      relation: Object.freeze({ kind: 'manyToMany', target, by }),
      parse: parseIds,
    },
    common,
  )
}

const maxLinks = 1_000

function parseIds(value: unknown, report: Report): readonly unknown[] | undefined {
  if (!Array.isArray(value)) return reportIssue(report, 'type', { expected: 'a list of ids' })
  if (value.length > maxLinks) return reportIssue(report, 'too_many_items', { max: maxLinks })
  const ids = Array.from(value, (id: unknown, index) => parseId(id, reportInside(report, index)))
  reportDuplicates(ids, report)
  return ids
}
