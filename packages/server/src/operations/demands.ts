import type { CollectionModel } from '../model/model.ts'
import { columnRef } from '../query/column-ref.ts'
import type { Condition } from '../query/condition.ts'
import { invalidQuery } from '../query/errors.ts'
import type { SelectionContext } from '../query/selection.ts'
import { conditionFromWhere } from '../query/where.ts'
import type { ChangeOptions } from './operations.ts'

/** What the caller demands of the record to be changed: a version, a state. */
export function demandsOf(
  options: ChangeOptions,
  collection: CollectionModel,
  asking: SelectionContext,
): readonly Condition[] {
  return [...versionDemand(options, collection, asking), ...stateDemand(options, collection, asking)]
}

function versionDemand(
  { versions }: ChangeOptions,
  collection: CollectionModel,
  { values }: SelectionContext,
): readonly Condition[] {
  if (versions === undefined) return []
  const column = columnRef(collection.fields.get('version')!)
  return [{ kind: 'compare', op: 'in', column, slot: values.add({ kind: 'list', type: column.type, value: versions }) }]
}

function stateDemand(
  { where }: ChangeOptions,
  collection: CollectionModel,
  asking: SelectionContext,
): readonly Condition[] {
  if (where === undefined) return []
  const condition = conditionFromWhere(where, collection, asking, 'where')
  if (asking.issues.all.length > 0) throw invalidQuery(asking.issues)
  return [condition]
}
