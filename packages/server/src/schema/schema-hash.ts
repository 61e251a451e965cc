import { createHash } from 'node:crypto'
import type { SqlDialect, TableShape } from '../ports/database.ts'

/** The same for the same tables, whatever the order of their parts. */
export function schemaHash(tables: readonly TableShape[], dialect: SqlDialect): string {
  const sorted = tables.map((table) => ({
    ...table,
    columns: byName(table.columns),
    indexes: byName(table.indexes),
    foreignKeys: byName(table.foreignKeys),
  }))
  return createHash('sha256')
    .update(dialect.name)
    .update(JSON.stringify(byName(sorted)))
    .digest('hex')
}

function byName<T extends { readonly name: string }>(things: readonly T[]): readonly T[] {
  return things.toSorted((left, right) => (left.name < right.name ? -1 : 1))
}
