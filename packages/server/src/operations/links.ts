import { sql } from 'kysely'
import type { CollectionModel, FieldModel } from '../model/model.ts'
import { readableRows } from '../query/access.ts'
import { columnRef } from '../query/column-ref.ts'
import { allOf } from '../query/condition.ts'
import { operationErrors } from './errors.ts'
import { oneRecordPlan, runRead } from './read.ts'
import { askAs, collectionNamed, type InTransaction, type Runtime } from './runtime.ts'
import { unknownRecord } from './write.ts'

/**
 * Makes the records behind a many-to-many relation exactly those of `ids`.
 *
 * @throws operation_invalid  when one of them does not exist for the actor.
 */
export async function replaceLinks(
  field: FieldModel,
  ownId: string,
  ids: readonly string[],
  context: InTransaction,
  runtime: Runtime,
): Promise<void> {
  const { junction, ownColumn } = junctionOf(field)
  const { dialect } = runtime.database
  await requireTargets(field, ids, context, runtime)
  const own = dialect.cast({ kind: 'id' }, sql`${ownId}`)
  await context.tx.execute(
    dialect.compile(sql`delete from ${sql.table(junction)} where ${sql.ref(ownColumn)} = ${own}`),
  )
  await addLinks(field, ownId, ids, context, runtime)
}

/** Adds records to a many-to-many relation. They are known to exist for the actor. */
export async function addLinks(
  field: FieldModel,
  ownId: string,
  ids: readonly string[],
  context: InTransaction,
  { database: { dialect } }: Runtime,
): Promise<void> {
  if (ids.length === 0) return
  const { junction, ownColumn, targetColumn } = junctionOf(field)
  const own = dialect.cast({ kind: 'id' }, sql`${ownId}`)
  const rows = sql.join(ids.map((id) => sql`(${own}, ${dialect.cast({ kind: 'id' }, sql`${id}`)})`))
  await context.tx.execute(
    dialect.compile(
      sql`insert into ${sql.table(junction)} (${sql.ref(ownColumn)}, ${sql.ref(targetColumn)}) values ${rows}`,
    ),
  )
}

function junctionOf(field: FieldModel): { junction: string; ownColumn: string; targetColumn: string } {
  if (field.relation?.kind !== 'manyToMany') throw new Error(`${field.name} is not a many-to-many relation.`)
  return field.relation
}

async function requireTargets(
  field: FieldModel,
  ids: readonly string[],
  context: InTransaction,
  runtime: Runtime,
): Promise<void> {
  if (ids.length === 0) return
  const found = await readableIds(collectionNamed(field.relation!.target, runtime), ids, context, runtime)
  const issues = ids.flatMap((id, index) =>
    found.has(id)
      ? []
      : [{ pointer: `/${field.name}/${index}`, code: 'unknown_record', message: unknownRecord(field) }],
  )
  if (issues.length > 0) throw operationErrors.invalid({ issues })
}

async function readableIds(
  target: CollectionModel,
  ids: readonly string[],
  context: InTransaction,
  runtime: Runtime,
): Promise<ReadonlySet<string>> {
  const asking = askAs(context, runtime)
  const column = columnRef(target.fields.get('id')!)
  const slot = asking.values.add({ kind: 'list', type: column.type, value: ids })
  const where = allOf([{ kind: 'compare', op: 'in', column, slot }, readableRows(target, asking)])
  const rows = await runRead(
    oneRecordPlan(target, { fields: [{ name: 'id' }], expands: [] }, where),
    asking,
    context,
    runtime,
  )
  return new Set(rows.map((row) => row[1] as string))
}
