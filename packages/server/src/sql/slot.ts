import type { ColumnType, Sql, SqlDialect, Statement } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'
import type { BoundValue } from '../query/values.ts'

/** Stands for a value of the request in SQL that is compiled once: `Statement.parameters` holds slots until they are filled. */
class Slot {
  readonly index: number
  constructor(index: number) {
    this.index = index
  }
}

/** A numbered value as a parameter of the column type it is compared with. */
export function slotSql(index: number, type: ColumnType | undefined, dialect: SqlDialect): Sql {
  const parameter = sql`${new Slot(index)}`
  return type === undefined ? parameter : dialect.cast(type, parameter)
}

/** A compiled statement with the values of one request in its slots. */
export function fillSlots(compiled: Statement, values: readonly BoundValue[], dialect: SqlDialect): Statement {
  const parameters = compiled.parameters.map((parameter) =>
    parameter instanceof Slot ? encodeValue(values[parameter.index]!, dialect) : parameter,
  )
  return { text: compiled.text, parameters }
}

/** A compiled statement with all slots filled but one, whose value comes with each request. */
export function fillSlotsBut(
  slot: number,
  compiled: Statement,
  values: readonly BoundValue[],
  dialect: SqlDialect,
): (value: unknown) => Statement {
  const { text, parameters: filled } = fillSlots(compiled, values, dialect)
  const places = compiled.parameters.flatMap((parameter, place) =>
    parameter instanceof Slot && parameter.index === slot ? [place] : [],
  )
  const shape = values[slot]!
  return (value) => {
    const encoded = encodeValue({ ...shape, value } as BoundValue, dialect)
    const parameters = filled.slice()
    for (const place of places) parameters[place] = encoded
    return { text, parameters }
  }
}

function encodeValue(value: BoundValue, dialect: SqlDialect): unknown {
  switch (value.kind) {
    case 'scalar':
      return value.value === null ? null : dialect.encode(value.type, value.value)
    case 'list':
      return dialect.encodeList(value.type, value.value)
    case 'element':
      return dialect.encodeJsonScalar(value.value)
    case 'elements':
      return JSON.stringify(value.value)
    case 'words':
      return dialect.encodeSearch(value.value)
  }
}
