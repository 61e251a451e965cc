import { LRUCache } from 'lru-cache'
import type { Sql, SqlDialect, Statement } from '../ports/database.ts'
import type { BoundValue } from '../query/values.ts'
import { fillSlots } from './slot.ts'

/** Compiles each kind of statement once: a plan without its values identifies the SQL made from it. */
export interface Statements {
  /** @param kind  what is made of the plan, e.g. `read`. @param make  called only when it was not compiled before. */
  prepare(kind: string, plan: unknown, values: readonly BoundValue[], make: () => Sql): Statement
}

export function createStatements(dialect: SqlDialect, maxStatements = 1_000): Statements {
  const compiled = new LRUCache<string, Statement>({ max: maxStatements })
  return {
    prepare(kind, plan, values, make) {
      const key = kind + JSON.stringify(plan)
      let statement = compiled.get(key)
      if (statement === undefined) {
        statement = dialect.compile(make())
        compiled.set(key, statement)
      }
      return fillSlots(statement, values, dialect)
    },
  }
}
