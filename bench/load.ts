import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import autocannon from 'autocannon'

export interface Request {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
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
  /** Requests that were answered. */
  readonly count: number
  /** Of these, how many by neither 2xx nor 304. */
  readonly refused: number
  /** Milliseconds. */
  readonly p99Ms: number
}

const hasWrk = spawnSync('wrk', ['-v']).error === undefined

/** Which program makes the load. */
export const generator = hasWrk ? 'wrk' : 'autocannon'

/** A server that is stopped for long by others on its machine may refuse some. */
const mostRefused = 0.01

/** Sends the same request over and over. @throws Error  when more than one in a hundred is refused, or a connection breaks. */
export async function load(options: Load): Promise<LoadResult> {
  const result = await (hasWrk ? loadByWrk(options) : loadByAutocannon(options))
  if (result.refused > result.count * mostRefused) throw notAnswered(options.request, `${result.refused} were refused`)
  return result
}

/** What is sent with a request, the type of its body included. */
export function headersOf({ body, headers }: Request): Record<string, string> {
  return { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }
}

async function loadByWrk({ url, request, connections, seconds, folder }: Load): Promise<LoadResult> {
  const script = join(folder, 'request.lua')
  writeFileSync(script, luaFrom(request))
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '--latency', '-s', script]
  const { stdout } = await promisify(execFile)('wrk', [...options, url + request.path])
  if (/Socket errors/.test(stdout)) throw notAnswered(request, stdout)
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)![1]),
    count: Number(/(\d+) requests in/.exec(stdout)![1]),
    refused: Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0),
    p99Ms: milliseconds(/99%\s+([\d.]+)(us|ms|s|m)/.exec(stdout)!),
  }
}

function luaFrom(request: Request): string {
  const lines = [`wrk.method = "${request.method ?? 'GET'}"`]
  if (request.body !== undefined) lines.push(`wrk.body = ${JSON.stringify(request.body)}`)
  for (const [name, value] of Object.entries(headersOf(request)))
    lines.push(`wrk.headers["${name}"] = ${JSON.stringify(value)}`)
  return `${lines.join('\n')}\n`
}

function milliseconds([, number, unit]: RegExpExecArray): number {
  const factors: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 }
  return Number(number) * factors[unit!]!
}

async function loadByAutocannon({ url, request, connections, seconds }: Load): Promise<LoadResult> {
  const requests = [{ method: 'GET' as const, ...request, headers: headersOf(request) }]
  const result = await autocannon({ url, connections, duration: seconds, requests })
  if (result.errors > 0) throw notAnswered(request, `${result.errors} errors of connections`)
  const refused = result['4xx'] + result['5xx']
  return { rate: result.requests.average, count: result.requests.total, refused, p99Ms: result.latency.p99 }
}

function notAnswered({ method = 'GET', path }: Request, output: string): Error {
  return new Error(`${method} ${path}: not all were answered.\n${output}`)
}
