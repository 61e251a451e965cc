import { sql } from 'kysely'
import type { Issue } from '../base/error.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { ConstraintError, type Row } from '../ports/database.ts'
import { fieldReadable, readableRows } from '../query/access.ts'
import { type Condition, isAlways, isNever } from '../query/condition.ts'
import type { SelectionContext } from '../query/selection.ts'
import { selectionFromInput } from '../query/selection.ts'
import { type Assignment, deleteSql, insertSql, updateSql, type WritePlan } from '../sql/write-sql.ts'
import { operationErrors } from './errors.ts'
import { collectionNamed, type InTransaction, type Runtime } from './runtime.ts'
import type { RecordValues } from './validate.ts'

/** A row that was just written. */
export interface Written {
  /** What the actor may see of it. */
  readonly json: string
  readonly id: string
  readonly version: number
  /** Whether each check of the plan holds for it. */
  readonly checks: readonly boolean[]
}

export interface WriteRequest {
  readonly collection: CollectionModel
  readonly assignments: readonly Assignment[]
  readonly where: Condition
  readonly checks: readonly Condition[]
}

const makers = { insert: insertSql, update: updateSql, delete: deleteSql } as const

/**
 * Writes one row and returns it as it is now; undefined when no row satisfied `where`.
 *
 * @throws operation_conflict, operation_in_use, operation_invalid  for broken constraints, named as far as the actor may know.
 */
export async function writeRow(
  kind: keyof typeof makers,
  request: WriteRequest,
  asking: SelectionContext,
  context: InTransaction,
  runtime: Runtime,
): Promise<Written | undefined> {
  const { collection, ...rest } = request
  const plan: WritePlan = {
    ...rest,
    collection: collection.name,
    selection: selectionFromInput({}, collection, asking),
  }
  const statement = runtime.statements.prepare(kind, plan, asking.values.all, () =>
    makers[kind](plan, runtime.model, runtime.database.dialect),
  )
  try {
    const row = (await context.tx.query(statement))[0]
    return row === undefined ? undefined : written(row, plan)
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error
    if (error.kind === 'foreignKey' && kind !== 'delete')
      throw await danglingReferences(error, plan, collection, asking, runtime)
    throw constraintAnswer(error, collection, asking)
  }
}

function written(row: Row, plan: WritePlan): Written {
  const checks = plan.checks.map((_check, index) => Boolean(row[3 + index]))
  return { json: row[0] as string, id: row[1] as string, version: Number(row[2]), checks }
}

/** What the caller is told of a broken constraint. */
function constraintAnswer(error: ConstraintError, collection: CollectionModel, asking: SelectionContext): Error {
  const details = { collection: collection.name }
  if (error.kind === 'unique') {
    const issues = fieldsOfColumns(error.columns, collection, asking).map((field) => ({
      pointer: `/${field.name}`,
      code: 'taken',
      message: 'is taken by another record',
    }))
    return operationErrors.conflict({ cause: error, details, issues })
  }
  return error.kind === 'foreignKey' ? operationErrors.in_use({ cause: error, details }) : error
}

/** The database only says that some reference leads nowhere; the caller is told which. */
async function danglingReferences(
  error: ConstraintError,
  plan: WritePlan,
  collection: CollectionModel,
  asking: SelectionContext,
  runtime: Runtime,
): Promise<Error> {
  const issues: Issue[] = []
  for (const field of collection.fields.values()) {
    const assignment = plan.assignments.find((candidate) => candidate.column === field.columns[0]?.name)
    const id = assignment === undefined ? null : asking.values.all[assignment.slot]!.value
    if (
      field.relation?.kind !== 'reference' ||
      id === null ||
      (await exists(field.relation.target, id as string, runtime))
    )
      continue
    issues.push({ pointer: `/${field.name}`, code: 'unknown_record', message: unknownRecord(field) })
  }
  return operationErrors.invalid({ cause: error, issues })
}

/** Outside the transaction, which has failed: a record made in it would not have led to the failure. */
async function exists(target: string, id: string, runtime: Runtime): Promise<boolean> {
  const { dialect } = runtime.database
  const { table } = collectionNamed(target, runtime)
  const query = sql`select 1 from ${sql.table(table)} where id = ${dialect.cast({ kind: 'id' }, sql`${id}`)}`
  return (await runtime.database.read(dialect.compile(query))).length > 0
}

function fieldsOfColumns(
  columns: readonly string[],
  collection: CollectionModel,
  asking: SelectionContext,
): readonly FieldModel[] {
  const fields = [...collection.fields.values()].filter((field) =>
    field.columns.some((column) => columns.includes(column.name)),
  )
  return fields.filter((field) => !isNever(fieldReadable(field, collection, asking)))
}

/** A reference the actor sets must lead to a record that exists for this actor. */
export interface ReferenceCheck {
  readonly field: FieldModel
  readonly condition: Condition
}

/** What must hold so that the references among the values do not tell of records the actor may not see. */
export function referenceChecks(
  values: RecordValues,
  collection: CollectionModel,
  asking: SelectionContext,
  runtime: Runtime,
): readonly ReferenceCheck[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const field = collection.fields.get(name)!
    if (field.relation?.kind !== 'reference' || value === null || value === undefined) return []
    const target = collectionNamed(field.relation.target, runtime)
    return [
      {
        field,
        condition: {
          kind: 'related',
          collection: collection.name,
          field: name,
          of: readableRows(target, asking),
        } as const,
      },
    ]
  })
}

/** @throws operation_invalid  naming the references that lead nowhere. */
export function requireReferences(checks: readonly ReferenceCheck[], results: readonly boolean[]): void {
  const issues = checks.flatMap(({ field }, index) =>
    results[index] === true
      ? []
      : [{ pointer: `/${field.name}`, code: 'unknown_record', message: unknownRecord(field) }],
  )
  if (issues.length > 0) throw operationErrors.invalid({ issues })
}

export function unknownRecord(field: FieldModel): string {
  return `must be the id of a record of ${field.relation!.target}`
}

/** Numbers that were added to must stay within what their field allows. */
export function requireIncrementsInRange(
  names: readonly string[],
  collection: CollectionModel,
  record: RecordValues,
): void {
  const issues = names.flatMap((name) => {
    const found: { pointer: string; code: string; message: string }[] = []
    collection.fields
      .get(name)!
      .type.parse(record[name], (code, message) => found.push({ pointer: `/${name}`, code, message }))
    return found
  })
  if (issues.length > 0) throw operationErrors.condition_failed({ details: { collection: collection.name }, issues })
}

/** `isAlways` conditions need not be asked for; the answer to them is yes. */
export function checkList(): {
  add(condition: Condition): number
  readonly all: Condition[]
  holds(written: Written, index: number): boolean
} {
  const all: Condition[] = []
  return {
    all,
    add: (condition) => (isAlways(condition) ? -1 : all.push(condition) - 1),
    holds: (row, index) => index < 0 || row.checks[index] === true,
  }
}
