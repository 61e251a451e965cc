import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

/**
 * Where somebody at this machine reaches a server that listens on `host`: at `localhost`, by which name alone browsers know passkeys.
 * At the number where that name leads to another program.
 */
export async function ownUrl(host: string, port: number): Promise<string> {
  const isLocalhost = isEverywhere(host) || (host === '127.0.0.1' && !(await isAnotherAtLocalhost(port)))
  return `http://${isLocalhost ? 'localhost' : inUrl(host)}:${port}`
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

// Browsers and curl try both addresses of the name, the one of IPv6 first.
async function isAnotherAtLocalhost(port: number): Promise<boolean> {
  const socket = connect({ host: '::1', port, timeout: 500 })
  try {
    await Promise.race([once(socket, 'connect'), once(socket, 'timeout')])
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** Any port that is free on `host`, for whom links have to be known before the server listens. */
export async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
