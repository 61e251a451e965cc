import type { ForeignKeyShape, TableShape } from '../ports/database.ts'

/** Tables in an order in which each finds the tables it refers to, and the foreign keys for which there is no such order. */
export interface CreationOrder {
  readonly tables: readonly TableShape[]
  /** They close a circle: to be made when all tables are there, to be removed before the first one goes. */
  readonly postponed: ReadonlySet<ForeignKeyShape>
}

/** References to tables that are not in the list, and to the table itself, do not matter. */
export function inCreationOrder(tables: readonly TableShape[]): CreationOrder {
  const byName = new Map(tables.map((table) => [table.name, table]))
  const ordered = new Set<TableShape>()
  const visiting = new Set<TableShape>()
  const postponed = new Set<ForeignKeyShape>()
  const visit = (table: TableShape): void => {
    visiting.add(table)
    for (const key of table.foreignKeys) {
      const target = byName.get(key.targetTable)
      if (target === undefined || target === table || ordered.has(target)) continue
      if (visiting.has(target)) postponed.add(key)
      else visit(target)
    }
    visiting.delete(table)
    ordered.add(table)
  }
  for (const table of tables) if (!ordered.has(table)) visit(table)
  return { tables: [...ordered], postponed }
}
