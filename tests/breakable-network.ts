import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface BreakableNetwork extends AsyncDisposable {
  /** Like the url it was made from, with the road to it in between. */
  readonly url: string
  /** Cuts every connection and refuses new ones, as a server does that stops. */
  break(): Promise<void>
  /** Takes connections again. */
  mend(): Promise<void>
  /** Lets nothing through any more, without a word to either side. */
  freeze(): void
}

/** Puts a road that can be broken between a client and the server at `url`. */
export async function breakableNetwork(url: string): Promise<BreakableNetwork> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) hold(socket, sockets)
    client.pipe(upstream).pipe(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const broken = async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  return {
    url: Object.assign(new URL(url), { port: String(port), hostname: '127.0.0.1' }).href,
    break: broken,
    mend: async () => void (await once(server.listen(port, '127.0.0.1'), 'listening')),
    freeze: () => {
      for (const socket of sockets) socket.unpipe().pause()
    },
    [Symbol.asyncDispose]: broken,
  }
}

function hold(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket)
  socket.on('error', () => {}) // broken on purpose
  socket.on('close', () => sockets.delete(socket))
}
