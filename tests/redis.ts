import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

export interface RedisServer {
  /** `redis://127.0.0.1:<port>`, without a password. */
  readonly url: string
  /** Ends the server and deletes its data. */
  stop(): Promise<void>
}

/**
 * Why tests on Redis cannot run here; false: they can. `test(name, { skip: redisIsMissing }, …)`.
 *
 * Where changes are checked (CI is set) nothing is left out: there the tests run, and fail with this sentence.
 */
export const redisIsMissing = missing()

/** Starts a Redis of its own on a free port of this machine. It ends with `stop()`, and when this process ends in any way. */
export async function startRedisServer(): Promise<RedisServer> {
  if (!isInstalled()) throw new Error(whatToInstall)
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'galley-redis-'))
  const keeper = spawn('sh', ['-c', keeperScript, 'galley-redis', folder, String(port)], {
    detached: true, // Ctrl-C in the terminal must reach the server only after its clients are gone
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  keeper.unref()
  await answers(port)
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      keeper.ref()
      keeper.stdin.end()
      if (keeper.exitCode === null) await once(keeper, 'exit')
    },
  }
}

const whatToInstall =
  'Tests on Redis need the program redis-server: `apt-get install redis-server` (Debian, Ubuntu), `brew install redis` (macOS).'

function missing(): string | false {
  return isInstalled() || process.env.CI !== undefined ? false : whatToInstall
}

function isInstalled(): boolean {
  return spawnSync('redis-server', ['--version']).error === undefined
}

// A shell holds the server and waits on a pipe from us: however we end, the pipe closes and the shell cleans up.
const keeperScript = `
  folder=$1 port=$2
  redis-server --bind 127.0.0.1 --port "$port" --dir "$folder" --save '' --appendonly no --maxmemory-policy noeviction >"$folder/log" &
  server=$!
  cat >/dev/null
  kill -TERM "$server"; wait "$server"
  rm -rf "$folder"
`

const startDeadlineMs = 20_000

async function answers(port: number): Promise<void> {
  const deadlineMs = Date.now() + startDeadlineMs
  while (!(await isListening(port))) {
    if (Date.now() > deadlineMs) throw new Error(`The Redis of the tests does not answer on port ${port}.`)
    await sleep(20)
  }
}

async function isListening(port: number): Promise<boolean> {
  const probe = createConnection(port, '127.0.0.1')
  const isOpen = await once(probe, 'connect').then(
    () => true,
    () => false,
  )
  probe.destroy()
  return isOpen
}
