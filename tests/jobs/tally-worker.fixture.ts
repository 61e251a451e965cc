import { flushCompileCache } from 'node:module'
import { openApp } from '../../packages/server/src/app/open-app.ts'
import { silentLog } from '../../packages/server/src/base/silent-log.ts'
import { tallyApp } from './tally-app.ts'

/** A process that does jobs until it is killed. It says `ready` when it has begun. */
const app = await openApp(tallyApp, {
  databaseUrl: process.env.DATABASE_URL!,
  log: silentLog,
  migrate: 'refuse',
  jobLeaseMs: Number(process.env.LEASE_MS),
})
app.startDelivering()
setInterval(() => {}, 60_000) // what waits for jobs keeps no process alive
process.stdout.write('ready\n')
flushCompileCache() // who is killed writes nothing, and the next one is to begin sooner
