import { system } from '../model/actor.ts'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { ConstraintError } from '../ports/database.ts'
import { connectionWritable, visibleRowsBehind } from '../query/access.ts'
import { columnRef } from '../query/column-ref.ts'
import { allOf } from '../query/condition.ts'
import { deleteLinksSql, insertLinksSql, linkedIdsSql } from '../sql/link-sql.ts'
import type { Links } from './assignments.ts'
import type { CheckedInput } from './check-input.ts'
import { operationErrors } from './errors.ts'
import { oneRecordPlan, runRead } from './one-record.ts'
import { unknownRecord } from './references.ts'
import { askAs, collectionNamed, type InTransaction, type Runtime } from './runtime.ts'
import { onlyId } from './stored-record.ts'

/** Makes the links among the values of a write. Those of defaults and hooks may lead to any record. */
export async function makeLinks(
  ownId: string,
  links: readonly Links[],
  { referred }: Pick<CheckedInput, 'referred'>,
  context: InTransaction,
  runtime: Runtime,
): Promise<void> {
  for (const { field, ids } of links) {
    const whose = referred.has(field.name) ? context : { ...context, actor: system }
    await replaceLinks(field, ownId, ids, whose, runtime)
  }
}

/**
 * Makes the records behind a many-to-many relation exactly those of `ids`, as far as the actor can see and may link: links to
 * other records stay.
 *
 * @throws operation_invalid  when one of them does not exist for the actor.
 */
async function replaceLinks(
  field: FieldModel,
  ownId: string,
  ids: readonly string[],
  context: InTransaction,
  runtime: Runtime,
): Promise<void> {
  const linked = await linkedIds(field, ownId, context, runtime)
  const linkable = await linkableIds(field, [...new Set([...linked, ...ids])], context, runtime)
  const issues = ids.flatMap((id, place) => (linkable.has(id) ? [] : [unknownRecord(field, place)]))
  if (issues.length > 0) throw operationErrors.invalid({ issues })
  const gone = [...linked].filter((id) => linkable.has(id) && !ids.includes(id))
  await removeLinks(field, ownId, gone, context, runtime)
  const added = ids.filter((id) => !linked.has(id))
  await addLinks(field, ownId, added, context, runtime)
}

/** Adds records to a many-to-many relation. */
export async function addLinks(
  field: FieldModel,
  ownId: string,
  ids: readonly string[],
  context: InTransaction,
  { database: { dialect } }: Runtime,
): Promise<void> {
  if (ids.length === 0) return
  try {
    await context.tx.execute(dialect.compile(insertLinksSql(field, ownId, ids, dialect)))
  } catch (error) {
    if (!(error instanceof ConstraintError)) throw error
    throw operationErrors.invalid({ cause: error, issues: [unknownRecord(field)] }) // deleted a moment ago
  }
}

async function removeLinks(
  field: FieldModel,
  ownId: string,
  ids: readonly string[],
  context: InTransaction,
  { database: { dialect } }: Runtime,
): Promise<void> {
  if (ids.length === 0) return
  await context.tx.execute(dialect.compile(deleteLinksSql(field, ownId, ids, dialect)))
}

async function linkedIds(
  field: FieldModel,
  ownId: string,
  context: InTransaction,
  { database: { dialect } }: Runtime,
): Promise<ReadonlySet<string>> {
  const rows = await context.tx.query(dialect.compile(linkedIdsSql(field, ownId, dialect)))
  return new Set(rows.map(([id]) => dialect.decode({ kind: 'id' }, id) as string))
}

async function linkableIds(
  field: FieldModel,
  ids: readonly string[],
  context: InTransaction,
  runtime: Runtime,
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const target: CollectionModel = collectionNamed(field.relation!.target, runtime)
  const asking = askAs(context, runtime)
  const column = columnRef(target.fields.get('id')!)
  const slot = asking.values.add({ kind: 'list', type: column.type, value: ids })
  const isLinkable = [visibleRowsBehind(field, asking), connectionWritable(field, asking)]
  const where = allOf([{ kind: 'compare', op: 'in', column, slot }, ...isLinkable])
  const rows = await runRead(oneRecordPlan(target, onlyId, where), asking, context, runtime)
  return new Set(rows.map((row) => row[1] as string))
}
