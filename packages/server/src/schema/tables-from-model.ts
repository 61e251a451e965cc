import { createHash } from 'node:crypto'
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
      indexes: [index(junction, [targetColumn], false)],
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

/** Declared indexes, one per unique field, and one per reference: deleting a record looks for those that refer to it. */
function indexesFromCollection(collection: CollectionModel, fields: readonly FieldModel[]): readonly IndexShape[] {
  const { table } = collection
  const columnOf = (name: string) => collection.fields.get(name)!.columns[0]!.name
  const unique = fields.filter((field) => field.isUnique && !field.isSystem)
  const references = fields.filter((field) => field.relation?.kind === 'reference')
  const wanted = [
    ...unique.map((field) => index(table, [columnOf(field.name)], true)),
    ...collection.indexes.map((declared) => index(table, declared.fields.map(columnOf), declared.isUnique)),
    ...references.map((field) => index(table, [columnOf(field.name)], false)),
  ]
  return withoutDuplicates(wanted, references.length)
}

function index(table: string, columns: readonly string[], isUnique: boolean): IndexShape {
  return { name: indexName(table, columns, isUnique), columns, isUnique }
}

/** Leaves out what another index does as well; of the last `implied` ones also those that another begins with. */
function withoutDuplicates(wanted: readonly IndexShape[], implied: number): readonly IndexShape[] {
  const kept: IndexShape[] = []
  const byUnique = wanted.toSorted((left, right) => Number(right.isUnique) - Number(left.isUnique))
  const references = new Set(wanted.slice(wanted.length - implied))
  for (const candidate of byUnique) {
    const serves = (other: IndexShape) =>
      startsWith(other.columns, candidate.columns) &&
      (references.has(candidate) || other.columns.length === candidate.columns.length)
    const isPrimaryKey = candidate.columns.length === 1 && candidate.columns[0] === 'id'
    if (!isPrimaryKey && !kept.some(serves)) kept.push(candidate)
  }
  return kept
}

function startsWith(columns: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((name, position) => columns[position] === name)
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
