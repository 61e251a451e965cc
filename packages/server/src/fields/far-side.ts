import type { FieldOptions, FieldType } from '../model/field.ts'
import { operatorSets } from '../model/operator.ts'
import type { Shape } from '../model/shape.ts'
import { reportIssue } from './report-issue.ts'

/** What the far side of a reference can be told; the rest is said where the reference is declared. */
export interface FarSideOptions extends Pick<FieldOptions, 'description' | 'read' | 'private'> {
  /** The field of the other collection that refers to this one; needed when there are several. */
  readonly by?: string
}

/** The type of the other side of a reference: nothing rests here, so nothing can be written here. */
export function farSideType(kind: 'many' | 'one', target: string, by: string | undefined): FieldType {
  const one: Shape = { kind: 'reference', target }
  return {
    name: kind,
    shape: kind === 'one' ? one : { kind: 'list', items: one },
    columns: [],
    operators: operatorSets.relation,
    relation: Object.freeze({ kind, target, by }),
    parse: (_value, report) => reportIssue(report, 'read_only', {}),
  }
}
