import { dialectContract } from '../../../testing/dialect.contract.ts'
import { openSqliteDatabase } from './sqlite-database.ts'

dialectContract('SQLite', () => openSqliteDatabase({ file: ':memory:' }))
