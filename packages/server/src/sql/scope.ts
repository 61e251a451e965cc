import type { CollectionModel, Model } from '../model/model.ts'
import { requireCollection } from '../model/require-collection.ts'
import type { Sql, SqlDialect } from '../ports/database.ts'
import { sql } from '../ports/sql.ts'

/** Where in a statement we are: which table is meant by which name. */
export interface Scope {
  readonly model: Model
  readonly dialect: SqlDialect
  readonly collection: CollectionModel
  readonly alias: string
  readonly names: { count: number }
  /** Whether we are in rows behind a to-many relation, of which there may be many for each row outside. */
  readonly isBehindMany?: boolean
  /** Takes the joins that a selection needs, where the statement has a place for them and the database is quicker by them. */
  readonly joins?: Sql[] | undefined
}

export function rootScope(model: Model, dialect: SqlDialect, collection: CollectionModel, alias = 't0'): Scope {
  return { model, dialect, collection, alias, names: { count: 0 } }
}

/** The scope of another collection in the same statement, under a name of its own: of a subselect or a join. */
export function innerScope(scope: Scope, target: string): Scope {
  return { ...scope, collection: requireCollection(scope.model, target), alias: newAlias(scope) }
}

/** The scope with a place for joins, which belong behind its table once its selection is made. */
export function joinable(scope: Scope): Scope {
  return { ...scope, joins: scope.dialect.prefersJoins ? [] : undefined }
}

export function joinsSql({ joins = [] }: Scope): Sql {
  return sql.join(joins, sql``)
}

export function newAlias(scope: Scope): string {
  scope.names.count += 1
  return `t${scope.names.count}`
}

export function columnSql(scope: Scope, column: string): Sql {
  return sql.ref(`${scope.alias}.${column}`)
}

/** `"products" as "t1"` */
export function tableSql(scope: Scope): Sql {
  return sql`${sql.table(scope.collection.table)} as ${sql.ref(scope.alias)}`
}
