import fc from 'fast-check'
import {
  type ColumnType,
  type ForeignKeyShape,
  foreignKeyName,
  type IndexShape,
  type SqlDialect,
  type TableShape,
} from '../ports/database.ts'

/** Any table named `name` that refers to the table `target` or itself, as `readTables` reports it. */
export function anyTable(dialect: SqlDialect, name: string, target: string): fc.Arbitrary<TableShape> {
  const columns = fc.uniqueArray(anyColumn, { maxLength: 8, selector: (column) => column.name })
  return fc
    .record({ columns, hasPairKey: fc.boolean(), choices: fc.array(fc.nat(999), { minLength: 40, maxLength: 40 }) })
    .map(({ columns, hasPairKey, choices }) => {
      const next = chooser(choices)
      return hasPairKey
        ? pairTable(dialect, name, target, columns, next)
        : collectionTable(dialect, name, target, columns, next)
    })
}

interface AnyColumn {
  readonly name: string
  readonly type: ColumnType
  readonly isNullable: boolean
}

type Next = (choices: number) => number

// `rank` and `rowid` are words of FTS5, the rest are words of SQL or neighbours of a name that is ours.
const names = [
  'order',
  'group',
  'rank',
  'rowid',
  'select',
  'name',
  'price',
  'created_at',
  'a',
  'b2',
  'search',
  'coalesce',
  'new',
  'c0',
  'text',
]

const anyType: fc.Arbitrary<ColumnType> = fc.oneof(
  fc
    .constantFrom<ColumnType['kind']>('id', 'text', 'text', 'integer', 'real', 'boolean', 'instant', 'date', 'json')
    .map((kind) => ({ kind })),
  fc
    .record({ precision: fc.integer({ min: 1, max: 18 }), scale: fc.nat(18) })
    .map(({ precision, scale }): ColumnType => ({ kind: 'decimal', precision, scale: Math.min(precision, scale) })),
)

const anyColumn: fc.Arbitrary<AnyColumn> = fc.record({
  name: fc.constantFrom(...names),
  type: anyType,
  isNullable: fc.boolean(),
})

function chooser(choices: readonly number[]): Next {
  let position = 0
  return (count) => choices[position++ % choices.length]! % count
}

function collectionTable(
  dialect: SqlDialect,
  name: string,
  target: string,
  some: readonly AnyColumn[],
  next: Next,
): TableShape {
  const id: AnyColumn = { name: 'id', type: { kind: 'id' }, isNullable: false }
  const columns = [id, ...some]
  const texts = some.filter((column) => column.type.kind === 'text' && next(2) === 1).map((column) => column.name)
  const shape = shapeOf(dialect, name, target, columns, ['id'], next)
  return texts.length === 0 ? shape : { ...shape, search: next(2) === 0 ? texts : texts.toReversed() }
}

function pairTable(
  dialect: SqlDialect,
  name: string,
  target: string,
  some: readonly AnyColumn[],
  next: Next,
): TableShape {
  const ids = ['right_id', 'left_id'].map(
    (column): AnyColumn => ({ name: column, type: { kind: 'id' }, isNullable: false }),
  )
  const primaryKey = next(2) === 0 ? ['left_id', 'right_id'] : ['right_id', 'left_id']
  return shapeOf(dialect, name, target, [...some, ...ids], primaryKey, next)
}

function shapeOf(
  dialect: SqlDialect,
  name: string,
  target: string,
  columns: readonly AnyColumn[],
  primaryKey: readonly string[],
  next: Next,
): TableShape {
  return {
    name,
    columns: columns.map((column) => ({
      name: column.name,
      typeName: dialect.typeName(column.type),
      isNullable: column.isNullable,
    })),
    indexes: sortedByName(anyIndexes(name, columns, next)),
    foreignKeys: sortedByName(anyForeignKeys(name, target, columns, primaryKey, next)),
    primaryKey,
  }
}

function anyIndexes(table: string, columns: readonly AnyColumn[], next: Next): readonly IndexShape[] {
  return Array.from({ length: next(3) }, (_, index) => {
    const start = next(columns.length)
    const picked = columns.slice(start, start + 1 + next(2)).map((column) => column.name)
    return {
      name: `${table}_${index}_idx`,
      columns: next(2) === 0 ? picked : picked.toReversed(),
      isUnique: next(2) === 0,
    }
  })
}

function anyForeignKeys(
  table: string,
  target: string,
  columns: readonly AnyColumn[],
  primaryKey: readonly string[],
  next: Next,
): readonly ForeignKeyShape[] {
  return columns
    .filter((column) => column.type.kind === 'id' && column.name !== 'id' && next(2) === 0)
    .map((column) => ({
      name: foreignKeyName(table, column.name),
      column: column.name,
      targetTable: primaryKey[0] === 'id' && next(3) === 0 ? table : target,
      onDelete: (['restrict', 'cascade', 'setNull'] as const)[next(3)]!,
    }))
}

function sortedByName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return items.toSorted((left, right) => (left.name < right.name ? -1 : 1))
}
