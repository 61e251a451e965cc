import { databaseContract } from '../../../testing/database.contract.ts'
import { openSqliteDatabase } from './sqlite-database.ts'

databaseContract('SQLite in memory', () => openSqliteDatabase({ file: ':memory:' }))
