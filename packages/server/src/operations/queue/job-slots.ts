import type { ColumnType, SqlDialect } from '../../ports/database.ts'
import type { Hold } from '../../ports/queue.ts'
import { type Sql, sql } from '../../ports/sql.ts'
import type { Slot } from './keep-texts.ts'

const idType: ColumnType = { kind: 'id' }
const textType: ColumnType = { kind: 'text' }
const integerType: ColumnType = { kind: 'integer' }
const instantType: ColumnType = { kind: 'instant' }
const jsonType: ColumnType = { kind: 'json' }

export const idSlot = (value: string): Slot => ({ type: idType, value })
export const textSlot = (value: string | null): Slot => ({ type: textType, value })
export const integerSlot = (value: number | null): Slot => ({ type: integerType, value })
export const instantSlot = (value: string | null): Slot => ({ type: instantType, value })
export const jsonSlot = (value: unknown): Slot => ({ type: jsonType, value })

export const idsSlot = (ids: readonly string[], dialect: SqlDialect): Slot => ({
  encoded: dialect.encodeList(idType, ids),
})
export const namesSlot = (names: readonly string[], dialect: SqlDialect): Slot => ({
  encoded: dialect.encodeList(textType, names),
})
export const holdsSlot = (holds: readonly Hold[], dialect: SqlDialect): Slot => ({
  encoded: dialect.encodeList(
    textType,
    holds.map(({ id, fence }) => `${id} ${fence}`),
  ),
})

/** The id is for the index; id and fence together say whether the hold is valid. */
export function isHeld(ids: Sql, holds: Sql, dialect: SqlDialect): Sql {
  const hold = sql`cast(id as text) || ' ' || cast(fence as text)`
  return sql`${dialect.inList(idType, sql.ref('id'), ids)} and ${dialect.inList(textType, hold, holds)} and state = 'running'`
}

export function hasId(ids: Sql, dialect: SqlDialect): Sql {
  return dialect.inList(idType, sql.ref('id'), ids)
}

export function isNamed(names: Sql, dialect: SqlDialect): Sql {
  return dialect.inList(textType, sql.ref('name'), names)
}

/** Jobs of a name that share a key. */
export function laneOf(name: string, key: string): string {
  return `${name} ${key}`
}
