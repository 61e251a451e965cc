export { sqliteDialect } from './dialect.ts'
export { openSqliteDatabase, type SqliteOptions } from './sqlite-database.ts'
