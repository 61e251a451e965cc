import { testPostgresUrl } from '../../../../../../tests/postgres-server.ts'
import { dialectContract } from '../../../testing/dialect.contract.ts'
import { openPostgresDatabase } from './postgres-database.ts'

dialectContract('PostgreSQL', async () => openPostgresDatabase({ url: await testPostgresUrl() }))
