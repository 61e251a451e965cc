import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after } from 'node:test'
import { Webhook } from 'standardwebhooks'

/** What somebody else's server has got. */
export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** What it says, as JSON. */
  readonly message: { readonly type: string; readonly timestamp: string; readonly data: any } // any: whatever was sent
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Receiver {
  readonly port: number
  readonly url: string
  readonly received: Received[]
  /** What it answers from now on; 204 at first. */
  answer(reply: Reply | ((received: Received) => Reply | Promise<Reply>)): void
}

/** Somebody else's server, on a real port of this machine. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let reply: (received: Received) => Reply | Promise<Reply> = () => ({ status: 204 })
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const one = { path: request.url!, headers: request.headers, body, message: JSON.parse(body) }
    received.push(one)
    const { status, headers = {}, body: text = '' } = await reply(one)
    response.writeHead(status, headers).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    answer(next) {
      reply = typeof next === 'function' ? next : () => next
    },
  }
}

/** Whether the library of Standard Webhooks takes it, at the moment it was sent. */
export function isSigned({ body, headers }: Received, secret: string): boolean {
  try {
    // The library knows no clock but the real one: only the signature is asked for.
    const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
    const expected = new Webhook(secret).sign(String(headers['webhook-id']), at, body)
    return String(headers['webhook-signature']).split(' ').includes(expected)
  } catch {
    return false
  }
}
