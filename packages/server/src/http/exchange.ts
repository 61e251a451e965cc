import { IncomingMessage, type ServerResponse } from 'node:http'
import type { Cors } from './cors.ts'
import type { HttpAnswer } from './messages.ts'
import { type ProblemContext, problemAnswer } from './problem.ts'
import { policyHeader, type RateLimitPolicy, type RateVerdict, stateHeader } from './rate-limit.ts'
import { requestId } from './request-id.ts'
import type { FlatHeaders, StandingHeaders } from './standing-headers.ts'

/** A request as Node hands it out, with the exchange it belongs to. */
export class Incoming extends IncomingMessage {
  exchange: Exchange | undefined = undefined
}

/** What all exchanges of a server share. */
export interface ExchangeSettings {
  readonly standing: StandingHeaders
  readonly cors: Cors
  /** Undefined when rate limiting is off. */
  readonly rateLimit: RateLimitPolicy | undefined
  /** Whether connections are to be closed after the answer. */
  isStopping(): boolean
}

/** One request and its one answer. Whoever answers second is not heard: a request that was given up may still come to its end. */
export class Exchange {
  readonly id: string
  readonly startedMs: number
  readonly request: Incoming
  readonly response: ServerResponse
  /** The body as it came, once it was read. */
  bodyText = ''
  rate: RateVerdict | undefined = undefined
  /** Who is asking, once that is known; of the type of the mount that asked. */
  caller: unknown = undefined
  readonly #settings: ExchangeSettings

  constructor(request: Incoming, response: ServerResponse, settings: ExchangeSettings) {
    this.id = requestId(request.headers['x-request-id'])
    this.startedMs = performance.now()
    this.request = request
    this.response = response
    this.#settings = settings
  }

  get path(): string {
    const { url = '/' } = this.request
    const end = url.indexOf('?')
    return end === -1 ? url : url.slice(0, end)
  }

  get isAnswered(): boolean {
    return this.response.headersSent || this.response.destroyed
  }

  /** @throws when a header has a value that HTTP cannot carry. */
  send(answer: HttpAnswer): void {
    if (this.isAnswered) return
    this.response.writeHead(answer.status, this.#headers(answer) as string[])
    this.response.end(answer.body)
  }

  sendProblem(error: unknown): void {
    try {
      this.send(problemAnswer(error, this.#problemContext))
    } catch {
      this.response.destroy()
    }
  }

  get #problemContext(): ProblemContext {
    return { requestId: this.id, instance: this.path }
  }

  #headers(answer: HttpAnswer): FlatHeaders {
    const isEmpty = answer.body.length === 0
    const form = isEmpty && answer.form !== 'page' ? 'empty' : (answer.form ?? 'json')
    const { standing, cors, isStopping } = this.#settings
    const headers = [...standing[form], ...cors.headersFor(this.request), 'X-Request-Id', this.id]
    for (const name in answer.headers) headers.push(name, answer.headers[name]!)
    this.#addRateLimit(headers)
    if (isStopping()) headers.push('Connection', 'close')
    if (answer.status !== 204 && answer.status !== 304)
      headers.push('Content-Length', String(Buffer.byteLength(answer.body)))
    return headers
  }

  #addRateLimit(headers: string[]): void {
    const { rateLimit } = this.#settings
    if (this.rate === undefined || rateLimit === undefined) return
    headers.push('RateLimit-Policy', policyHeader(rateLimit), 'RateLimit', stateHeader(this.rate))
  }
}
