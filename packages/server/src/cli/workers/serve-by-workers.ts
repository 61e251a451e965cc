import { availableParallelism } from 'node:os'
import { createLog } from '../../adapters/log/pino-log.ts'
import { type Environment, readEnvironment } from '../environment.ts'
import { cliErrors } from '../errors.ts'
import { listenToHangUp } from '../hang-up.ts'
import type { ServeOptions } from '../serve-project.ts'
import { stopRequested } from '../stop-requested.ts'
import { WorkerPool } from './worker-pool.ts'

/**
 * Serves the application by several processes. This one only watches over them: it knows neither the application nor its data.
 *
 * @param count  at least 1.
 * @throws cli_workers_died, cli_bad_environment
 */
export async function serveByWorkers(count: number, { port, host }: ServeOptions): Promise<void> {
  const { databaseUrl, logLevel } = environmentWith(port, host)
  requireShared(databaseUrl)
  const log = createLog({ level: logLevel })
  const cores = availableParallelism()
  if (count > cores)
    log.warn({ workers: count, cores }, 'there are more workers than cores: those beyond only take memory')
  const pool = new WorkerPool(count, log)
  listenToHangUp({ onClosed: () => pool.stop(), onSent: () => pool.restart() })
  void stopRequested(endSignals).then(() => {
    pool.stop()
    for (const signal of endSignals) process.once(signal, () => endAtOnce(pool, signal))
  })
  process.exitCode = await pool.run()
}

const endSignals = ['SIGINT', 'SIGTERM'] as const

function endAtOnce(pool: WorkerPool, signal: NodeJS.Signals): void {
  pool.kill()
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}

/** What is wrong in it is told before anything starts. The name and the folder of the data are those of the application. */
function environmentWith(port: string | undefined, host: string | undefined): Environment {
  const given = Object.fromEntries(
    Object.entries({ PORT: port, HOST: host }).filter(([, value]) => value !== undefined),
  )
  return readEnvironment('app', 'data', { ...process.env, ...given })
}

function requireShared(databaseUrl: string): void {
  if (!/^sqlite:.*:memory:$/.test(databaseUrl)) return
  const wanted = 'a file or a server where there are workers, because they have no memory in common'
  throw cliErrors.bad_environment({ details: { name: 'DATABASE_URL', value: databaseUrl, wanted } })
}
