import type { FieldModel } from '../model/model.ts'
import type { Sql, SqlDialect } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'

/** Selects the ids of the records that a many-to-many relation of a record leads to. */
export function linkedIdsSql(field: FieldModel, ownId: string, dialect: SqlDialect): Sql {
  const { junction, targetColumn } = junctionOf(field)
  return sql`select ${sql.ref(targetColumn)} from ${sql.table(junction)} where ${isOwn(field, ownId, dialect)}`
}

/** Links a record with others, at least one. Links that are there stay. */
export function insertLinksSql(field: FieldModel, ownId: string, ids: readonly string[], dialect: SqlDialect): Sql {
  const { junction, ownColumn, targetColumn } = junctionOf(field)
  const rows = sql.join(ids.map((id) => sql`(${idSql(ownId, dialect)}, ${idSql(id, dialect)})`))
  const columns = sql`${sql.ref(ownColumn)}, ${sql.ref(targetColumn)}`
  // Somebody else may make the same link at the same time, from the other side.
  return sql`insert into ${sql.table(junction)} (${columns}) values ${rows} on conflict do nothing`
}

/** Takes the links between a record and others away. */
export function deleteLinksSql(field: FieldModel, ownId: string, ids: readonly string[], dialect: SqlDialect): Sql {
  const { junction, targetColumn } = junctionOf(field)
  const isGone = dialect.inList({ kind: 'id' }, sql.ref(targetColumn), sql`${dialect.encodeList({ kind: 'id' }, ids)}`)
  return sql`delete from ${sql.table(junction)} where ${isOwn(field, ownId, dialect)} and ${isGone}`
}

function isOwn(field: FieldModel, ownId: string, dialect: SqlDialect): Sql {
  return sql`${sql.ref(junctionOf(field).ownColumn)} = ${idSql(ownId, dialect)}`
}

function idSql(id: string, dialect: SqlDialect): Sql {
  return dialect.cast({ kind: 'id' }, sql`${id}`)
}

function junctionOf(field: FieldModel): { junction: string; ownColumn: string; targetColumn: string } {
  if (field.relation?.kind !== 'manyToMany') throw new Error(`${field.name} is not a many-to-many relation.`)
  return field.relation
}
