import type { IssueCode } from '../base/issue-codes.ts'
import type { FieldModel } from '../model/model.ts'
import type { IssueList } from '../query/errors.ts'

/** The canonical form of a value; problems are added to `issues`. */
export function parseValue(field: FieldModel, value: unknown, pointer: string, issues: IssueList): unknown {
  return field.type.parse(
    value,
    (code, message, params, path = []) => issues.add(pathFrom(pointer, path), code as IssueCode, message, params), // or one of the application's own
  )
}

function pathFrom(pointer: string, path: readonly (string | number)[]): string {
  return pointer + path.map((step) => `/${escapePointer(String(step))}`).join('')
}

/** RFC 6901, section 3. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
