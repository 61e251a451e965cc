import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import autocannon from 'autocannon'

export interface Request {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
}

export interface Load {
  readonly url: string
  readonly request: Request
  readonly connections: number
  readonly seconds: number
  /** Where scripts may be written. */
  readonly folder: string
}

export interface LoadResult {
  /** Requests per second. */
  readonly rate: number
  /** Milliseconds. */
  readonly p99: number
}

const hasWrk = spawnSync('wrk', ['-v']).error === undefined

/** Which program makes the load. */
export const generator = hasWrk ? 'wrk' : 'autocannon'

/** Sends the same request over and over. @throws Error  when one is not answered by 2xx. */
export function load(options: Load): Promise<LoadResult> {
  return hasWrk ? loadByWrk(options) : loadByAutocannon(options)
}

async function loadByWrk({ url, request, connections, seconds, folder }: Load): Promise<LoadResult> {
  const script = join(folder, 'request.lua')
  writeFileSync(script, luaFrom(request))
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout',
    '10s',
    '--latency',
    '-s',
    script,
    url + request.path,
  ]
  const { stdout } = await promisify(execFile)('wrk', args)
  const refused = /Non-2xx or 3xx responses: (\d+)/.exec(stdout)
  if (refused !== null || stdout.includes('Socket errors'))
    throw new Error(`${request.method} ${request.path}: not all were answered.\n${stdout}`)
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)![1]),
    p99: milliseconds(/99%\s+([\d.]+)(us|ms|s)/.exec(stdout)!),
  }
}

function luaFrom({ method, body }: Request): string {
  if (body === undefined) return `wrk.method = "${method}"\n`
  return `wrk.method = "${method}"\nwrk.body = ${JSON.stringify(body)}\nwrk.headers["Content-Type"] = "application/json"\n`
}

function milliseconds([, number, unit]: RegExpExecArray): number {
  const factors: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 }
  return Number(number) * factors[unit!]!
}

async function loadByAutocannon({ url, request, connections, seconds }: Load): Promise<LoadResult> {
  const headers = request.body === undefined ? {} : { 'content-type': 'application/json' }
  const result = await autocannon({ url, connections, duration: seconds, requests: [{ ...request, headers }] })
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${request.method} ${request.path}: ${result.non2xx} refusals, ${result.errors} errors.`)
  return { rate: result.requests.average, p99: result.latency.p99 }
}
