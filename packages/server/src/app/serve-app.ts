import { HttpServer, type StopOptions } from '../http/http-server.ts'
import { defaultLimits } from '../model/app.ts'
import type { Bus } from '../ports/bus.ts'
import type { Log } from '../ports/log.ts'
import { mountPages } from '../protocols/pages/mount-pages.ts'
import { mountRest } from '../protocols/rest/mount-rest.ts'
import { appErrors } from './errors.ts'
import type { OpenApp } from './open-app.ts'

export interface ServeOptions {
  /** Which address to listen on: `127.0.0.1` is reached from this machine only. */
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly log: Log
  /** Where the server is reached from outside, for links: `https://shop.example`. Default: links are relative to the host. */
  readonly baseUrl?: string | undefined
  /** To other processes that serve the application at the same address. */
  readonly bus?: Bus | undefined
  /** Whether what is added to the outbox is delivered, from now on until the application is closed. Default true. */
  readonly delivers?: boolean
  /** Whether jobs are done, where `delivers` is not false. Default true. */
  readonly works?: boolean
}

/** An application that is served. */
export interface Served {
  /** Where it listens: `http://127.0.0.1:3000`. */
  readonly url: string
  readonly port: number
  /** Finishes what is in work. The application stays open. */
  stop(options?: StopOptions): Promise<void>
}

/**
 * Serves an open application over HTTP.
 *
 * @throws app_port_taken, app_address_refused
 */
export async function serveApp(app: OpenApp, options: ServeOptions): Promise<Served> {
  const { model, database, operations, authenticate, clock } = app
  const { cors, rateLimit, trustedProxies, limits } = model.settings
  const server = new HttpServer({
    limits: { ...defaultLimits, ...limits },
    log: options.log,
    isReady: () => database.ping().then(() => true),
    ...(cors !== undefined && { corsOrigins: cors.origins }),
    ...(rateLimit !== undefined && { rateLimit }),
    ...(trustedProxies !== undefined && { trustedProxies }),
    ...(options.bus !== undefined && { bus: options.bus }),
  })
  const { baseUrl = '' } = options
  const features = app.features.flatMap(({ routes = [] }) => routes)
  mountRest(server, { model, operations, authenticate, clock, baseUrl, features })
  mountPages(server, model)
  const { port } = await listen(server, options)
  if (options.delivers !== false) app.startDelivering({ works: options.works !== false })
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    port,
    stop: (options) => server.stop(options),
  }
}

async function listen(server: HttpServer, { host, port }: ServeOptions): Promise<{ readonly port: number }> {
  try {
    return await server.listen(host, port)
  } catch (error) {
    await server.stop()
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') throw appErrors.port_taken({ cause: error, details: { host, port } })
    throw appErrors.address_refused({ cause: error, details: { host, port, reason: code ?? message } })
  }
}
