import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
export const region = 'eu-central-1'

export interface S3Server {
  readonly endpoint: string
  /** The name of an empty bucket. */
  newBucket(): string
  /** Answers the next requests with these statuses, before they reach the bucket; 0 cuts the connection. */
  fail(...statuses: readonly number[]): void
  /** Method and path of what has come. */
  readonly seen: readonly string[]
  stop(): Promise<void>
}

/**
 * A server that speaks S3 and checks every signature, on this machine: `s3rver`, which people test against. Before it stands one that can
 * fail, and that compares the body with the hash that was signed.
 */
export async function startS3Server(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'galley-s3-'))
  // It makes the tokens of long lists with a cipher that OpenSSL keeps for old programs only.
  const inner = spawn(
    process.execPath,
    ['--openssl-legacy-provider', '--input-type=module', '-e', program, directory],
    {
      stdio: ['pipe', 'pipe', 'inherit'], // it ends when we do: the pipe closes then
    },
  )
  const [line] = (await once(inner.stdout, 'data')) as [Buffer]
  const port = Number(line)
  const failures: number[] = []
  const seen: string[] = []
  const outer = createServer((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`)
    answer(incoming, response, port, failures).catch(() => response.destroy())
  })
  outer.listen(0, '127.0.0.1')
  await once(outer, 'listening')
  let used = 0
  return {
    endpoint: `http://127.0.0.1:${(outer.address() as AddressInfo).port}`,
    newBucket: () => `files-${used++}`,
    fail: (...statuses) => void failures.push(...statuses),
    seen,
    async stop() {
      outer.closeAllConnections()
      outer.close()
      inner.stdin.end()
      await once(inner, 'exit')
      await rm(directory, { recursive: true, force: true })
    },
  }
}

const program = `
  import S3rver from '@20minutes/s3rver'
  const configureBuckets = Array.from({ length: 40 }, (_none, index) => ({ name: 'files-' + index }))
  const server = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory: process.argv[1], configureBuckets })
  const { port } = await server.run()
  console.log(port)
  process.stdin.on('end', () => process.exit()).resume()
`

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  port: number,
  failures: number[],
): Promise<void> {
  const body = Buffer.concat(await incoming.toArray())
  const signedSum = incoming.headers['x-amz-content-sha256']
  const failure = failures.shift()
  if (failure === 0) response.destroy()
  else if (failure !== undefined) response.writeHead(failure).end('<Error><Code>SlowDown</Code></Error>')
  else if (signedSum !== undefined && signedSum !== createHash('sha256').update(body).digest('hex'))
    response.writeHead(400).end('<Error><Code>XAmzContentSHA256Mismatch</Code></Error>')
  else await forward(incoming, body, response, port)
}

async function forward(
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  port: number,
): Promise<void> {
  const asked = request({ host: '127.0.0.1', port, method, path: url, headers, agent: false })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  const content = Buffer.concat(await answer.toArray())
  response.writeHead(answer.statusCode!, { ...answer.headers, connection: 'keep-alive' }).end(content)
}
