import { testPostgresUrl } from '../../../../tests/postgres-server.ts'
import { openPostgresDatabase } from '../adapters/database/postgres/index.ts'
import { openSqliteDatabase } from '../adapters/database/sqlite/index.ts'
import { fieldSamples } from '../testing/field-samples.ts'
import { fieldStorageContract } from '../testing/field-storage.contract.ts'

fieldStorageContract('SQLite', () => openSqliteDatabase({ file: ':memory:' }), fieldSamples)
fieldStorageContract('PostgreSQL', async () => openPostgresDatabase({ url: await testPostgresUrl() }), fieldSamples)
