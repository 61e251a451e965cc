import type { FieldModel } from '../model/model.ts'
import type { IssueList } from '../query/errors.ts'

/** The canonical form of a value; problems are added to `issues`. */
export function parseValue(field: FieldModel, value: unknown, pointer: string, issues: IssueList): unknown {
  return field.type.parse(value, (code, message, params, path = []) =>
    issues.add(pointer + path.map((step) => `/${escapePointer(String(step))}`).join(''), code, message, params),
  )
}

/** RFC 6901, section 3. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
