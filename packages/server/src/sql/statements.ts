import { LRUCache } from 'lru-cache'
import type { Sql, SqlDialect, Statement } from '../ports/database.ts'
import type { BoundValue } from '../query/values.ts'
import { fillSlots, fillSlotsBut } from './slot.ts'

/** Compiles each kind of statement once: a plan without its values identifies the SQL made from it. */
export interface Statements {
  /** @param kind  what is made of the plan, e.g. `read`. @param make  called only when it was not compiled before. */
  prepare(kind: string, plan: unknown, values: readonly BoundValue[], make: () => Sql): Statement
  /** The statement with its slots still empty, to be filled many times. */
  compile(kind: string, plan: unknown, make: () => Sql): Statement
  fill(compiled: Statement, values: readonly BoundValue[]): Statement
  /** All values are filled in now but the one of `slot`, which has the type of the value that stands there. */
  fillLater(compiled: Statement, values: readonly BoundValue[], slot: number): (value: unknown) => Statement
}

export function createStatements(dialect: SqlDialect, maxStatements = 1_000): Statements {
  const known = new LRUCache<string, Statement>({ max: maxStatements })
  const compile: Statements['compile'] = (kind, plan, make) => {
    const key = kind + JSON.stringify(plan)
    let statement = known.get(key)
    if (statement === undefined) {
      statement = dialect.compile(make())
      known.set(key, statement)
    }
    return statement
  }
  const fill: Statements['fill'] = (compiled, values) => fillSlots(compiled, values, dialect)
  const fillLater: Statements['fillLater'] = (compiled, values, slot) => fillSlotsBut(slot, compiled, values, dialect)
  return { compile, fill, fillLater, prepare: (kind, plan, values, make) => fill(compile(kind, plan, make), values) }
}
