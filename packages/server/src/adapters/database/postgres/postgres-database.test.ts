import { testPostgresUrl } from '../../../../../../tests/postgres-server.ts'
import { databaseContract } from '../../../testing/database.contract.ts'
import { openPostgresDatabase } from './postgres-database.ts'

databaseContract('PostgreSQL', async () => openPostgresDatabase({ url: await testPostgresUrl() }))
