export { postgresDialect } from './dialect.ts'
export { openPostgresDatabase, type PostgresOptions } from './postgres-database.ts'
