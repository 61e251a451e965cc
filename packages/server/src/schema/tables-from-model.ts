import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { CollectionModel, FieldModel, Model } from '../model/model.ts'
import {
  type ColumnShape,
  type ForeignKeyShape,
  foreignKeyName,
  type IndexShape,
  type SqlDialect,
  type TableShape,
} from '../ports/database.ts'
import { indexName } from './index-name.ts'
import { systemTableShape, systemTables } from './system-tables.ts'

/** The tables a model rests in: its collections, the junctions of its many-to-many relations, and Galley's own. */
export function tablesFromModel(model: Model, dialect: SqlDialect): readonly TableShape[] {
  const tables = [...model.collections.values()].flatMap((collection) => [
    tableFromCollection(collection, model, dialect),
    ...[...collection.fields.values()].flatMap((field) => junctionFromField(field, collection, model, dialect)),
  ])
  return withDistinctIndexNames([...tables, ...systemTables.map((table) => systemTableShape(table, dialect))])
}

function tableFromCollection(collection: CollectionModel, model: Model, dialect: SqlDialect): TableShape {
  const fields = [...collection.fields.values()]
  const search = collection.searchFields.flatMap((field) => field.columns[0]?.name ?? [])
  return {
    name: collection.table,
    columns: fields.flatMap((field) => columnsFromField(field, dialect)),
    indexes: indexesFromCollection(collection, fields),
    foreignKeys: fields.flatMap((field) => foreignKeyFromField(field, collection, model)),
    primaryKey: ['id'],
    ...(search.length === 0 ? {} : { search }),
  }
}

function columnsFromField(field: FieldModel, dialect: SqlDialect): readonly ColumnShape[] {
  return field.columns.map(({ name, type, isNullable }) => ({ name, typeName: dialect.typeName(type), isNullable }))
}

function foreignKeyFromField(field: FieldModel, collection: CollectionModel, model: Model): readonly ForeignKeyShape[] {
  if (field.relation?.kind !== 'reference') return []
  const { column, target, onDelete } = field.relation
  return [foreignKey(collection.table, column, tableOf(target, model), onDelete)]
}

function junctionFromField(
  field: FieldModel,
  collection: CollectionModel,
  model: Model,
  dialect: SqlDialect,
): readonly TableShape[] {
  if (field.relation?.kind !== 'manyToMany' || !field.relation.isOwner) return []
  const { junction, ownColumn, targetColumn, target } = field.relation
  const typeName = dialect.typeName({ kind: 'id' })
  return [
    {
      name: junction,
      columns: [ownColumn, targetColumn].map((name) => ({ name, typeName, isNullable: false })),
      indexes: [
        { name: indexName(junction, [targetColumn], false), columns: [targetColumn, ownColumn], isUnique: false },
      ],
      foreignKeys: [
        foreignKey(junction, ownColumn, collection.table, 'cascade'),
        foreignKey(junction, targetColumn, tableOf(target, model), 'cascade'),
      ],
      primaryKey: [ownColumn, targetColumn],
    },
  ]
}

function tableOf(collection: string, model: Model): string {
  return model.collections.get(collection)!.table // the compiler has checked every target
}

function foreignKey(
  table: string,
  column: string,
  targetTable: string,
  onDelete: ForeignKeyShape['onDelete'],
): ForeignKeyShape {
  return { name: foreignKeyName(table, column), column, targetTable, onDelete }
}

/**
 * Declared indexes, one per unique field, and one per reference, which deleting what is referred to needs, and the list of what
 * refers to it: an index that only begins with the reference has its rows in another order.
 */
function indexesFromCollection(collection: CollectionModel, fields: readonly FieldModel[]): readonly IndexShape[] {
  const { table, tenant } = collection
  const columnOf = (name: string) => collection.fields.get(name)!.columns[0]!.name
  const unique = fields.filter((field) => field.isUnique && !field.isSystem)
  const references = fields.filter((field) => field.relation?.kind === 'reference')
  return withoutDuplicates([
    // Unique for each tenant: that somebody else has the value is nobody's business.
    ...unique.map(({ name }) =>
      uniqueIndex(table, (tenant === undefined ? [name] : [tenant.field, name]).map(columnOf)),
    ),
    ...collection.indexes.map(({ fields: names, isUnique }) =>
      isUnique ? uniqueIndex(table, names.map(columnOf)) : orderedIndex(table, names.map(columnOf)),
    ),
    ...references.map((field) => orderedIndex(table, [columnOf(field.name)])),
  ])
}

function uniqueIndex(table: string, columns: readonly string[]): IndexShape {
  return { name: indexName(table, columns, true), columns, isUnique: true }
}

/** Ends with the id, as every order of records does, so that a page begins where it begins in the index, whatever is before it. */
function orderedIndex(table: string, columns: readonly string[]): IndexShape {
  const end = columns.indexOf('id')
  const before = end < 0 ? columns : columns.slice(0, end)
  return { name: indexName(table, before, false), columns: [...before, 'id'], isUnique: false }
}

/** Leaves out what the primary key or another index does as well. */
function withoutDuplicates(wanted: readonly IndexShape[]): readonly IndexShape[] {
  const kept: IndexShape[] = []
  for (const candidate of wanted.toSorted((left, right) => Number(right.isUnique) - Number(left.isUnique))) {
    const isPrimaryKey = candidate.columns[0] === 'id'
    if (!isPrimaryKey && !kept.some((other) => doesAsWell(other, candidate))) kept.push(candidate)
  }
  return kept
}

/** A value is in a unique index once, so that nothing is left to be ordered by the id. */
function doesAsWell(other: IndexShape, { columns }: IndexShape): boolean {
  return (
    isDeepStrictEqual(other.columns, columns) ||
    (other.isUnique && isDeepStrictEqual([...other.columns, 'id'], columns))
  )
}

/** `a_b` (`c`) and `a` (`b_c`) would both be `a_b_c_idx`, and a database knows each index name once. */
function withDistinctIndexNames(tables: readonly TableShape[]): readonly TableShape[] {
  const owners = new Map<string, string>()
  for (const table of tables.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    for (const one of table.indexes) if (!owners.has(one.name)) owners.set(one.name, placeOf(table, one))
  }
  const distinct = (table: TableShape, one: IndexShape) =>
    owners.get(one.name) === placeOf(table, one) ? one : { ...one, name: nameWithHash(one.name, placeOf(table, one)) }
  return tables.map((table) => ({ ...table, indexes: table.indexes.map((one) => distinct(table, one)) }))
}

function placeOf(table: TableShape, one: IndexShape): string {
  return [table.name, ...one.columns].join(' ')
}

function nameWithHash(name: string, place: string): string {
  return `${name.slice(0, 50)}_${createHash('sha256').update(place).digest('hex').slice(0, 8)}`
}
