import type { CollectionModel, FieldModel } from '../model/model.ts'
import type { Values } from '../query/values.ts'
import type { Assignment } from '../sql/write-sql.ts'
import type { RecordValues } from './check-input.ts'

/**
 * The columns that hold the values, with the values in slots.
 *
 * They stand in the order of the declaration, so that inputs which name the same fields are the same statement.
 */
export function assignmentsFrom(
  values: RecordValues,
  collection: CollectionModel,
  slots: Values,
): readonly Assignment[] {
  return writtenColumns(values, collection).map((written) => ({
    column: written.column.name,
    type: written.column.type,
    slot: slots.add({ kind: 'scalar', type: written.column.type, value: valueIn(values, written) }),
  }))
}

/** A column that a write sets, and the field whose value it holds a part of. */
export interface WrittenColumn {
  readonly field: FieldModel
  readonly column: FieldModel['columns'][number]
}

/** In the order of the declaration. */
export function writtenColumns(values: RecordValues, collection: CollectionModel): readonly WrittenColumn[] {
  const given = [...collection.fields.values()].filter(({ name }) => Object.hasOwn(values, name))
  return given.flatMap((field) => field.columns.map((column) => ({ field, column })))
}

export function valueIn(values: RecordValues, { field, column }: WrittenColumn): unknown {
  return partOf(values[field.name], column.key)
}

export function incrementsFrom(
  increments: Readonly<Record<string, number>>,
  collection: CollectionModel,
  slots: Values,
): readonly Assignment[] {
  return Object.entries(increments).map(([name, by]) => {
    const column = collection.fields.get(name)!.columns[0]!
    return {
      column: column.name,
      type: column.type,
      slot: slots.add({ kind: 'scalar', type: column.type, value: by }),
      isIncrement: true,
    }
  })
}

function partOf(value: unknown, key: string | undefined): unknown {
  if (key === undefined || value === null || value === undefined) return value ?? null
  return (value as Readonly<Record<string, unknown>>)[key] ?? null
}

/** The records a many-to-many relation shall lead to. */
export interface Links {
  readonly field: FieldModel
  readonly ids: readonly string[]
}

/** Values of a many-to-many relation rest in a junction, not in the table. */
export function splitLinks(
  values: RecordValues,
  collection: CollectionModel,
): { own: RecordValues; links: readonly Links[] } {
  const own: Record<string, unknown> = {}
  const links: Links[] = []
  for (const [name, value] of Object.entries(values)) {
    const field = collection.fields.get(name)!
    if (field.relation?.kind === 'manyToMany') links.push({ field, ids: (value as readonly string[] | null) ?? [] })
    else own[name] = value
  }
  return { own, links }
}
