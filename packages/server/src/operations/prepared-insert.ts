import type { CollectionModel } from '../model/model.ts'
import type { Statement } from '../ports/database.ts'
import { readableRows } from '../query/access.ts'
import { allOf, type Condition, isAlways, isLocal } from '../query/condition.ts'
import { type SelectionContext, selectionFromInput } from '../query/selection.ts'
import type { BoundValue } from '../query/values.ts'
import { assignmentsFrom, valueIn, writtenColumns } from './assignments.ts'
import type { CheckedInput, RecordValues } from './check-input.ts'
import type { OperationContext } from './operations.ts'
import { type Permission, permissionsFor } from './permissions.ts'
import { referenceExists, referencesAmong } from './references.ts'
import type { Runtime } from './runtime.ts'
import { compileWrite } from './write.ts'

/** An insert of which all is known but the values: its rules are bound to the actor, its SQL is made. */
export interface PreparedInsert {
  readonly compiled: Statement
  /** The values of the record in the slots of the statement and the conditions, beside those of the actor. */
  valuesOf(complete: RecordValues): readonly BoundValue[]
  /** What has to hold and can be told from the values. */
  readonly known: readonly Permission[]
  /** What has to hold and only the database can tell, once the row is there. */
  readonly unknown: readonly Permission[]
  /** When the actor may read what was made. */
  readonly readable: Condition
  /** What is asked of the row in the statement. */
  readonly checks: readonly Condition[]
}

/** Prepares an insert of a complete record; once for all that write the same fields with the same rights. */
export function preparedInsert(
  complete: RecordValues,
  given: CheckedInput,
  hasLinks: boolean,
  collection: CollectionModel,
  context: OperationContext,
  runtime: Runtime,
): PreparedInsert {
  const references = referencesAmong(complete, given.referred, collection)
  const purpose = [
    hasLinks ? 'insert linked' : 'insert',
    ...references.map(({ field, isOfActor }) => (isOfActor ? `${field.name}!` : field.name)),
    '',
    ...given.ruledFields.map(({ name }) => name),
  ].join(' ')
  return runtime.prepared.get(collection, purpose, context, false, (asking) =>
    prepareInsert(complete, given, hasLinks, collection, asking, runtime),
  )
}

function prepareInsert(
  complete: RecordValues,
  given: CheckedInput,
  hasLinks: boolean,
  collection: CollectionModel,
  asking: SelectionContext,
  runtime: Runtime,
): PreparedInsert {
  const permissions = permissionsFor('create', given, collection, asking)
  const known = permissions.filter(({ condition }) => isLocal(condition))
  const unknown = hasLinks ? [] : permissions.filter(({ condition }) => !isLocal(condition))
  const readable = readableRows(collection, asking)
  const checks = [...unknown.map(({ condition }) => condition), readable].filter((check) => !isAlways(check))
  const assignments = assignmentsFrom(complete, collection, asking.values)
  const references = referencesAmong(complete, given.referred, collection)
  const exist = references.map((reference) => referenceExists(reference, asking))
  const plan = {
    collection: collection.name,
    assignments,
    where: allOf(exist),
    selection: selectionFromInput({}, collection, asking),
    checks,
  }
  const bound = asking.values.all
  const columns = writtenColumns(complete, collection)
  const valuesOf = (values: RecordValues) => {
    const filled = bound.slice()
    const put = (slot: number, value: unknown) => {
      filled[slot] = { ...bound[slot], value } as BoundValue
    }
    for (const [index, written] of columns.entries()) put(assignments[index]!.slot, valueIn(values, written))
    for (const [index, { field }] of references.entries()) put(exist[index]!.slot, values[field.name])
    return filled
  }
  return { compiled: compileWrite('insert', plan, runtime), valuesOf, known, unknown, readable, checks }
}
