import { createLog } from '../../packages/server/src/adapters/log/pino-log.ts'
import { openApp } from '../../packages/server/src/app/open-app.ts'
import { serveApp } from '../../packages/server/src/app/serve-app.ts'
import app from '../app.ts'

/** The measured server as `galley start` runs it, but for the number in the rate limit. Argument: the URL of the database. */
const log = createLog({ level: 'warn' })
const open = await openApp(app, { databaseUrl: process.argv[2]!, log, migrate: 'refuse' })
const served = await serveApp(open, { host: '127.0.0.1', port: 0, log })
console.log(`ready ${new URL(served.url).port}`)
process.on('SIGTERM', () => process.exit(0))
