import type { IssueCode } from '../base/issue-codes.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { ConstraintError, foreignKeyName, type Row, type Statement } from '../ports/database.ts'
import { fieldReadable } from '../query/access.ts'
import { type Condition, isAlways, isNever } from '../query/condition.ts'
import type { Selection } from '../query/plan.ts'
import type { SelectionContext } from '../query/selection.ts'
import { type Assignment, deleteSql, insertSql, updateSql, type WritePlan } from '../sql/write-sql.ts'
import { touchRow } from './cache/touch.ts'
import { Touched } from './cache/touched.ts'
import { operationErrors } from './errors.ts'
import type { OperationContext } from './operations.ts'
import { unknownRecord } from './references.ts'
import { askAs, type InTransaction, type Runtime } from './runtime.ts'

/** A row that was just written. */
export interface Written {
  /** What was selected of it. */
  readonly json: string
  readonly id: string
  readonly version: number
  /** Whether a check of the plan holds for it; certain ones always do. */
  holds(check: Condition): boolean
}

export interface WriteRequest {
  readonly collection: CollectionModel
  readonly assignments: readonly Assignment[]
  readonly where: Condition
  readonly selection: Selection
  /** What to find out about the row as it is afterwards. */
  readonly checks: readonly Condition[]
}

const makers = { insert: insertSql, update: updateSql, delete: deleteSql } as const
type WriteKind = keyof typeof makers

/**
 * Writes one row and returns it as it is now; undefined when `where` did not hold.
 *
 * @throws operation_conflict, operation_in_use, operation_invalid  for broken constraints, named as far as the actor may know.
 */
export function writeRow(
  kind: WriteKind,
  { collection, ...request }: WriteRequest,
  asking: SelectionContext,
  context: InTransaction,
  runtime: Runtime,
): Promise<Written | undefined> {
  const checks = request.checks.filter((check) => !isAlways(check))
  const compiled = compileWrite(kind, { ...request, checks, collection: collection.name }, runtime)
  const statement = runtime.statements.fill(compiled, asking.values.all)
  return sendWrite(kind, { collection, statement }, checks, context, runtime)
}

/** The SQL of a write, its slots still empty. */
export function compileWrite(kind: WriteKind, plan: WritePlan, runtime: Runtime): Statement {
  return runtime.statements.compile(kind, plan, () => makers[kind](plan, runtime.model, runtime.database.dialect))
}

/** A write whose SQL is made. */
export interface ReadyWrite {
  readonly collection: CollectionModel
  readonly statement: Statement
  /** The id of the row, where nothing follows that may undo the write: the transaction may be committed along with it. */
  readonly lastId?: string | undefined
}

/**
 * Sends a write and reads what it answers, as `writeRow` does.
 *
 * @param checks  of its plan, in their order.
 */
export async function sendWrite(
  kind: WriteKind,
  { collection, statement, lastId }: ReadyWrite,
  checks: readonly Condition[],
  context: InTransaction,
  runtime: Runtime,
): Promise<Written | undefined> {
  if (lastId !== undefined) {
    touchRow(kind, lastId, collection, context, runtime)
    runtime.commitBegins(context.tx)
  }
  try {
    const row = (await context.tx.query(statement, { isLast: lastId !== undefined }))[0]
    if (row === undefined) return undefined
    if (lastId === undefined) touchRow(kind, row[1] as string, collection, context, runtime)
    return writtenFrom(row, checks)
  } catch (error) {
    if (error instanceof ConstraintError) throw constraintAnswer(error, kind, collection, askAs(context, runtime))
    throw error
  }
}

/** Sends an insert that is a transaction by itself, and reads what it answers. Only where the runtime has `writeAlone`. */
export async function sendInsertAlone(
  { collection, statement, lastId }: ReadyWrite & { readonly lastId: string },
  checks: readonly Condition[],
  context: OperationContext,
  runtime: Runtime,
): Promise<Written | undefined> {
  const touched = new Touched()
  touched.addRow(collection.name, lastId)
  try {
    const row = (await runtime.writeAlone!(statement, touched))[0]
    return row === undefined ? undefined : writtenFrom(row, checks)
  } catch (error) {
    if (error instanceof ConstraintError) throw constraintAnswer(error, 'insert', collection, askAs(context, runtime))
    throw error
  }
}

function writtenFrom(row: Row, checks: readonly Condition[]): Written {
  const holds = (check: Condition) => isAlways(check) || Boolean(row[3 + checks.indexOf(check)])
  return { json: row[0] as string, id: row[1] as string, version: Number(row[2]), holds }
}

/** What the caller is told of a broken constraint. */
function constraintAnswer(
  error: ConstraintError,
  kind: WriteKind,
  collection: CollectionModel,
  asking: SelectionContext,
): Error {
  const options = { cause: error, details: { collection: collection.name } }
  if (error.kind === 'unique')
    return operationErrors.conflict({ ...options, issues: takenIssues(error, collection, asking) })
  if (error.kind !== 'foreignKey') return error
  if (kind === 'delete') return operationErrors.in_use(options)
  // The references were there a moment ago: somebody has just deleted one of those records.
  return operationErrors.invalid({
    ...options,
    issues: lostReferences(error, collection).map((field) => unknownRecord(field)),
  })
}

function takenIssues(error: ConstraintError, collection: CollectionModel, asking: SelectionContext) {
  return [...collection.fields.values()]
    .filter((field) => field.columns.some((column) => error.columns.includes(column.name)))
    .filter(({ name }) => name !== collection.tenant?.field)
    .filter((field) => !isNever(fieldReadable(field, collection, asking)))
    .map((field) => ({
      pointer: `/${field.name}`,
      code: 'taken' satisfies IssueCode,
      message: 'is taken by another record',
    }))
}

/** The reference the database names, or every one where it names none. */
function lostReferences(error: ConstraintError, collection: CollectionModel): readonly FieldModel[] {
  const references = [...collection.fields.values()].filter((field) => field.relation?.kind === 'reference')
  const named = references.filter(
    (field) => foreignKeyName(collection.table, field.columns[0]!.name) === error.constraint,
  )
  return named.length > 0 ? named : references
}
