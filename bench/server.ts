import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../tests/free-port.ts'
import { onItsCore } from './processors.ts'

export interface Command {
  readonly command: readonly string[]
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
  /** Answered by 200 when the server is ready. */
  readonly readyPath: string
  /** What it writes. */
  readonly logFile: string
  /** Default: the one of what is measured. */
  readonly cores?: string
}

export interface Server {
  readonly url: string
  readonly pid: number
  readonly readyMs: number
  stop(): Promise<void>
}

/** Starts a server on a free port, which it takes from PORT, and waits until it is ready. */
export async function startServer(options: Command): Promise<Server> {
  const { command, cwd, environment, logFile, cores } = options
  const port = await freePort()
  const log = openSync(logFile, 'w')
  const [program, ...args] = onItsCore(command, cores)
  const began = performance.now()
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NODE_ENV: 'production', ...environment, PORT: `${port}` },
    stdio: ['ignore', log, log],
  })
  const url = `http://127.0.0.1:${port}`
  await untilReady(url + options.readyPath, child, options)
  return { url, pid: child.pid!, readyMs: performance.now() - began, stop: () => stop(child) }
}

async function untilReady(url: string, child: ChildProcess, { command, logFile }: Command): Promise<void> {
  const deadline = performance.now() + 30_000
  while (child.exitCode === null && performance.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.status === 200) return
    await wait(2)
  }
  child.kill()
  throw new Error(`${command.join(' ')} did not become ready.\n${readFileSync(logFile, 'utf8').slice(-5000)}`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const forced = setTimeout(() => child.kill('SIGKILL'), 5_000)
  child.kill('SIGTERM')
  await once(child, 'exit')
  clearTimeout(forced)
}
