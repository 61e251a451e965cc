import { openApp } from '../../packages/server/src/app/open-app.ts'
import { silentLog } from '../../packages/server/src/base/silent-log.ts'
import { deadlyApp } from './deadly-app.ts'

const databaseUrl = process.env.DATABASE_URL!
const app = await openApp(deadlyApp, { databaseUrl, log: silentLog, migrate: 'refuse', jobLeaseMs: 300 })
app.startDelivering()
