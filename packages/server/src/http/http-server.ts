import type { Server } from 'node:http'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { GalleyError } from '../base/error.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Bus } from '../ports/bus.ts'
import type { Log } from '../ports/log.ts'
import { acceptQuality } from './accept.ts'
import { Admission } from './admission.ts'
import { awaitedBody, bodyValue, expectBody, maxBytesOf, streamedBody } from './body.ts'
import { patientMs } from './body-stream.ts'
import { clientAddressBehind } from './client-address.ts'
import { type Cors, corsFor } from './cors.ts'
import { httpErrors } from './errors.ts'
import { type EventLoopWatch, watchEventLoop } from './event-loop-watch.ts'
import { Exchange, type ExchangeSettings, type Incoming } from './exchange.ts'
import { healthAnswer, healthPaths, readiness } from './health.ts'
import { fixedLimits, type HttpLimits } from './limits.ts'
import type { HttpAnswer } from './messages.ts'
import { type ClientError, createNodeServer, refuseBytes } from './node-server.ts'
import type { Outgoing } from './outgoing.ts'
import { isFault } from './problem.ts'
import { policyHeader, type RateLimitPolicy } from './rate-limit.ts'
import { logExchange } from './request-log.ts'
import { type Found, Router } from './router.ts'
import type { Caller, Mount, Route } from './routes.ts'
import { type StandingHeaders, standingHeaders } from './standing-headers.ts'
import { Traffic } from './traffic.ts'

export interface HttpServerOptions {
  readonly limits: HttpLimits
  readonly log: Log
  /** Whether requests can be served: asked by `/readyz`. A rejection means no. */
  readonly isReady: () => Promise<boolean>
  /** Origins whose pages may call. Default: none but the own. */
  readonly corsOrigins?: readonly string[]
  /** Default 600 per 60 s and client; false turns it off. */
  readonly rateLimit?: RateLimitPolicy | false
  /** To other processes that serve the same clients: requests are counted together. */
  readonly bus?: Bus
  /** Addresses or CIDR ranges whose `X-Forwarded-For` is believed. Default: none. */
  readonly trustedProxies?: readonly string[]
  /** Milliseconds that a stop waits for requests in work. Default 10 000. */
  readonly stopMs?: number
  /** Milliseconds that a stop waits for requests under way on idle connections. Default 100; 10 000 when replaced. */
  readonly lingerMs?: number
}

export interface StopOptions {
  /** Others serve at the same address: `/readyz` goes on saying yes, and idle connections may be used once more. */
  readonly isReplaced?: boolean
}

const lingerStepMs = 20

export const defaultRateLimit: RateLimitPolicy = Object.freeze({ max: 600, windowSeconds: 60 })

interface Served {
  readonly route: Route
  /** Undefined: whoever asks is answered, and not counted. */
  readonly authenticate: Mount<Caller>['authenticate'] | undefined
}

/** Serves what is mounted, over HTTP/1.1, within limits; see docs/rest.md for what a client sees of them. */
export class HttpServer {
  readonly #options: HttpServerOptions
  readonly #log: Log
  readonly #server: Server
  readonly #cors: Cors
  readonly #settings: ExchangeSettings
  readonly #admission: Admission
  readonly #router: Router<Served>
  readonly #traffic: Traffic
  readonly #eventLoop: EventLoopWatch = watchEventLoop()
  readonly #sweep: NodeJS.Timeout
  #isStopping = false
  #isReplaced = false
  #stopped: Promise<void> | undefined

  constructor(options: HttpServerOptions) {
    this.#options = options
    this.#log = options.log
    this.#cors = corsFor(options.corsOrigins ?? [])
    const { rateLimit = defaultRateLimit } = options
    this.#settings = {
      standing: standingFor(this.#cors, rateLimit),
      cors: this.#cors,
      clientAddressOf: clientAddressBehind(options.trustedProxies ?? []),
      isStopping: () => this.#isStopping,
      answerBroke: (exchange, error) => this.#logFault(exchange, error, 'a streamed answer broke off'),
    }
    this.#admission = new Admission(rateLimit === false ? undefined : rateLimit, options.bus)
    this.#traffic = new Traffic((ended) => logExchange(this.#log, ended))
    this.#router = new Router(options.limits)
    this.#server = createNodeServer(options.limits, (request, response) => this.#receive(request, response))
    this.#server.on('clientError', (error, socket) => this.#refuseBytes(error, socket as Socket))
    this.#sweep = setInterval(() => this.#giveUpOld(), fixedLimits.checkEveryMs).unref()
    this.#mountHealth()
  }

  /** Adds routes. Only before `listen`. */
  mount<C extends Caller>({ routes, authenticate }: Mount<C>): void {
    for (const route of routes) {
      this.#router.add(route, { route, authenticate })
      // Node gives up what has not arrived by the longest time that any route has; for shorter ones see `#giveUpOld`.
      this.#server.requestTimeout = Math.max(this.#server.requestTimeout, this.#patienceMs(route))
    }
  }

  /** Milliseconds until an answer is given up. */
  #patienceMs(route: Route): number {
    const { limits } = this.#options
    return limits.requestMs + (route.body === 'stream' ? patientMs(maxBytesOf(route, limits)) : 0)
  }

  /**
   * Begins to accept connections.
   *
   * @param port  0 takes any free one.
   * @returns where it listens.  @throws the error of Node, such as EADDRINUSE.
   */
  async listen(host: string, port: number): Promise<{ readonly host: string; readonly port: number }> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#server.once('error', reject)
    this.#server.listen({ host, port }, resolve)
    await promise
    this.#server.off('error', reject)
    this.#server.on('error', (error) => this.#log.error({ err: error }, 'the server failed to accept a connection'))
    return { host, port: (this.#server.address() as AddressInfo).port }
  }

  /**
   * Stops without failing what was accepted: not ready, no new connections, requests in work come to their end.
   *
   * Safe to call twice; a stop that is not a replacement hurries one that is.
   */
  stop({ isReplaced = false }: StopOptions = {}): Promise<void> {
    this.#isReplaced = isReplaced && !this.#isStopping
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    const { stopMs = fixedLimits.stopMs } = this.#options
    this.#isStopping = true
    const deadline = performance.now() + stopMs + this.#lingerMs
    // The close of http.Server would also cut idle connections, on which a request may be under way.
    NetServer.prototype.close.call(this.#server)
    if (await this.#traffic.drained(stopMs)) await this.#linger()
    const isClean = await this.#traffic.drained(Math.max(0, deadline - performance.now()))
    if (!isClean) this.#log.warn({ requests: this.#traffic.count }, 'requests were cut off by the stop')
    this.#server.closeAllConnections()
    this.#server.close() // ends the timers of http.Server
    clearInterval(this.#sweep)
    this.#admission.close()
    this.#eventLoop.stop()
  }

  /** Every answer tells its connection to close now; waits until all are closed, or nobody needs to be waited for any more. */
  async #linger(): Promise<void> {
    const startedMs = performance.now()
    while ((await this.#hasConnections()) && performance.now() - startedMs < this.#lingerMs) await wait(lingerStepMs)
  }

  get #lingerMs(): number {
    return this.#options.lingerMs ?? (this.#isReplaced ? fixedLimits.replacedLingerMs : fixedLimits.lingerMs)
  }

  #hasConnections(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    this.#server.getConnections((_error, count) => resolve(count > 0))
    return promise
  }

  #mountHealth(): void {
    const ready = readiness(this.#options.isReady, () => this.#isStopping && !this.#isReplaced)
    const handlers: Readonly<Record<string, () => MaybePromise<HttpAnswer>>> = {
      '/healthz': () => healthAnswer('alive'),
      '/readyz': ready,
    }
    for (const path of healthPaths) {
      const route: Route = { method: 'GET', path, produces: '*', handle: handlers[path]! }
      this.#router.add(route, { route, authenticate: undefined })
    }
  }

  #receive(request: Incoming, response: Outgoing): void {
    const exchange = new Exchange(request, response, this.#settings)
    request.exchange = exchange
    response.on('error', ignore)
    const refusal = this.#refusal(exchange)
    this.#traffic.add(exchange)
    if (refusal === undefined) this.#route(exchange)
    else exchange.sendProblem(refusal)
  }

  #route(exchange: Exchange): void {
    try {
      const found = this.#router.find(exchange.method, exchange.url)
      if (found === undefined) exchange.send(this.#unknownAnswer(exchange))
      else this.#serve(exchange, found)
    } catch (error) {
      this.#fail(exchange, error)
    }
  }

  #serve(exchange: Exchange, { to: { route, authenticate }, params, query }: Found<Served>): void {
    exchange.params = params
    exchange.query = query
    exchange.patienceMs = this.#patienceMs(route)
    if (route.method !== 'GET') expectBody(exchange, route, this.#options.limits)
    const admitted = authenticate === undefined ? undefined : this.#admit(exchange, route, authenticate)
    if (admitted === undefined) this.#takeBody(exchange, route)
    else
      admitted.then(
        () => this.#takeBody(exchange, route),
        (error) => this.#fail(exchange, error),
      )
  }

  /** Before the body is read: who is asking, and whether what can be answered is wanted. Undefined when that is known at once. */
  #admit(exchange: Exchange, route: Route, authenticate: Mount<Caller>['authenticate']): Promise<void> | undefined {
    checkAccept(exchange, route)
    return this.#admission.admit(exchange, authenticate)
  }

  #refusal(exchange: Exchange): GalleyError | undefined {
    const { request } = exchange
    const { requestsInFlight, urlBytes } = this.#options.limits
    if (request.url!.length > urlBytes) return httpErrors.url_too_long({ details: { maxBytes: urlBytes } })
    const hosts = countOf('host', request.rawHeaders)
    if (hosts > 1 || (hosts === 0 && request.httpVersion === '1.1')) return httpErrors.malformed() // RFC 9112, 3.2
    const isBusy = this.#traffic.count >= requestsInFlight || this.#eventLoop.isLate
    return isBusy && !healthPaths.has(exchange.path) ? httpErrors.overloaded() : undefined
  }

  #takeBody(exchange: Exchange, route: Route): void {
    try {
      if (route.body === 'stream') {
        exchange.bodyStream = streamedBody(exchange, route, this.#options.limits)
        this.#answer(exchange, route)
        return
      }
      const body = route.method === 'GET' ? undefined : awaitedBody(exchange, route, this.#options.limits)
      if (body === undefined) this.#answer(exchange, route)
      else body.whenEnded((bytes) => this.#readBody(exchange, bytes, route))
    } catch (error) {
      this.#fail(exchange, error)
    }
  }

  #readBody(exchange: Exchange, bytes: Buffer | undefined, route: Route): void {
    if (exchange.isAnswered) return // it took too long to come
    try {
      const value = bodyValue(exchange, bytes, route, this.#options.limits)
      if (value instanceof Promise)
        value.then(
          (late) => this.#answerBody(exchange, late, route),
          (error) => this.#fail(exchange, error),
        )
      else this.#answerBody(exchange, value, route)
    } catch (error) {
      this.#fail(exchange, error)
    }
  }

  #answerBody(exchange: Exchange, body: unknown, route: Route): void {
    exchange.body = body
    this.#answer(exchange, route)
  }

  #answer(exchange: Exchange, route: Route): void {
    try {
      const answer = route.handle(exchange, exchange.caller)
      if (answer instanceof Promise)
        answer.then(
          (later) => this.#send(exchange, later),
          (error: unknown) => this.#fail(exchange, error),
        )
      else exchange.send(answer)
    } catch (error) {
      this.#fail(exchange, error)
    }
  }

  #send(exchange: Exchange, answer: HttpAnswer): void {
    try {
      exchange.send(answer)
    } catch (error) {
      this.#fail(exchange, error)
    }
  }

  /** Answers `OPTIONS`; throws 404 or 405 for anything else that has no route. */
  #unknownAnswer(exchange: Exchange): HttpAnswer {
    this.#admission.admitUnknown(exchange)
    const { request, path } = exchange
    const methods = this.#router.methodsAt(path)
    if (methods.length === 0) throw httpErrors.route_not_found()
    const allow = ['OPTIONS', ...methods].join(', ')
    if (request.method !== 'OPTIONS') throw httpErrors.method_not_allowed({ details: { allow } })
    const headers: Record<string, string> = { Allow: allow }
    const preflight = this.#cors.preflightHeadersFor(request, allow)
    for (let index = 0; index < preflight.length; index += 2) headers[preflight[index]!] = preflight[index + 1]!
    return { status: 204, headers, body: '' }
  }

  #fail(exchange: Exchange, error: unknown): void {
    if (isFault(error)) this.#logFault(exchange, error, 'a request failed')
    exchange.sendProblem(error)
  }

  #logFault({ request, id, path }: Exchange, error: unknown, message: string): void {
    this.#log.error({ err: error, requestId: id, method: request.method, path }, message)
  }

  #refuseBytes(error: ClientError, socket: Socket): void {
    for (const exchange of this.#traffic.olderThan(0)) {
      if (exchange.request.socket === socket && exchange.isAnswered) {
        socket.destroy() // an answer is half written: nothing can be said any more
        return
      }
    }
    refuseBytes(error, socket, this.#options.limits, this.#settings.standing.uncounted.problem.flat)
  }

  #giveUpOld(): void {
    const { requestMs } = this.#options.limits
    this.#giveUpSlow()
    for (const exchange of this.#traffic.olderThan(requestMs)) {
      const ageMs = performance.now() - exchange.startedMs
      if (exchange.isAnswered) this.#giveUpReader(exchange, ageMs)
      else if (!exchange.request.complete) this.#giveUpSender(exchange, ageMs)
      else if (ageMs > exchange.patienceMs) this.#fail(exchange, httpErrors.timeout())
    }
  }

  /** Of a client that does not read. */
  #giveUpReader({ sent, response, patienceMs }: Exchange, ageMs: number): void {
    const { requestMs } = this.#options.limits
    const isStuck = sent === undefined ? ageMs > patienceMs + requestMs : sent.isKeptWaiting(requestMs, false)
    if (isStuck) response.destroy()
  }

  #giveUpSender(exchange: Exchange, ageMs: number): void {
    const { requestMs } = this.#options.limits
    if (this.#server.requestTimeout === requestMs) return // Node answers 408
    if (ageMs > exchange.patienceMs || exchange.bodyStream?.isKeptWaiting(requestMs, false)) this.#refuseSlow(exchange)
  }

  /** When many requests are open, slow senders and readers make room: a crowd of them must not keep others out. */
  #giveUpSlow(): void {
    if (this.#traffic.count < this.#options.limits.requestsInFlight / 2) return
    for (const exchange of this.#traffic.olderThan(fixedLimits.crowdedBodyMs)) {
      const { request, isAnswered, bodyStream, sent } = exchange
      if (sent?.isKeptWaiting(fixedLimits.crowdedBodyMs, true)) exchange.response.destroy()
      if (request.complete || isAnswered) continue
      if (bodyStream?.isKeptWaiting(fixedLimits.crowdedBodyMs, true) !== false) this.#refuseSlow(exchange)
    }
  }

  #refuseSlow(exchange: Exchange): void {
    exchange.sendProblem(httpErrors.receive_timeout())
    exchange.request.socket.destroySoon()
  }
}

function countOf(name: string, rawHeaders: readonly string[]): number {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index]!
    if (sent.length === name.length && sent.toLowerCase() === name) count += 1
  }
  return count
}

function ignore(): void {}

function standingFor(
  { varies }: Cors,
  policy: RateLimitPolicy | false,
): { readonly counted: StandingHeaders; readonly uncounted: StandingHeaders } {
  const uncounted = standingHeaders(varies)
  if (policy === false) return { counted: uncounted, uncounted }
  return { counted: standingHeaders(varies, ['RateLimit-Policy', policyHeader(policy)]), uncounted }
}

function checkAccept({ headers }: Exchange, { produces = 'application/json' }: Route): void {
  if (produces === '*' || acceptQuality(headers.accept, produces) > 0) return
  throw httpErrors.not_acceptable({ details: { produces } })
}
