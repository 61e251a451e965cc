import type { IncomingHttpHeaders } from 'node:http'
import { arrivalRound } from './arrival.ts'
import type { ArrivingBody } from './arriving-body.ts'
import type { BodyStream } from './body-stream.ts'
import type { Cors } from './cors.ts'
import { fixedLimits } from './limits.ts'
import type { HttpAnswer, HttpRequest } from './messages.ts'
import { IncomingMessage } from './node-http.ts'
import type { Outgoing } from './outgoing.ts'
import { type ProblemContext, problemAnswer } from './problem.ts'
import { type RateVerdict, stateHeader } from './rate-limit.ts'
import { requestId } from './request-id.ts'
import { SentStream } from './sent-stream.ts'
import type { FlatHeaders, StandingHeaders } from './standing-headers.ts'

/** A request as Node hands it out, with the exchange it belongs to. */
export class Incoming extends IncomingMessage {
  exchange: Exchange | undefined = undefined
  /** Set: what the parser reads of the body goes there, and not into the stream. */
  body: ArrivingBody | undefined = undefined

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    if (this.body === undefined) return super.push(chunk, encoding)
    if (chunk !== null) {
      this.body.add(chunk)
      return true
    }
    super.push(null)
    this.body.end()
    return true
  }
}

/** What all exchanges of a server share. */
export interface ExchangeSettings {
  /** For answers to requests that were counted, and to those that were not. */
  readonly standing: { readonly counted: StandingHeaders; readonly uncounted: StandingHeaders }
  readonly cors: Cors
  clientAddressOf(request: Incoming): string
  /** Whether connections are to be closed after the answer. */
  isStopping(): boolean
  /** Called when an answer that had begun could not be sent to its end, and not because of the client. */
  answerBroke(exchange: Exchange, error: unknown): void
}

/** One request and its one answer. Whoever answers second is not heard: a request that was given up may still come to its end. */
export class Exchange implements HttpRequest {
  readonly id: string
  readonly startedMs: number
  readonly request: Incoming
  readonly response: Outgoing
  readonly clientAddress: string
  readonly arrivalRound: number | undefined
  // Set when it is known where the request belongs, and when its body was read.
  params: Readonly<Record<string, string>> = noParams
  query = ''
  body: unknown = undefined
  bodyBytes: Buffer = noBytes
  bodyStream: BodyStream | undefined = undefined
  /** How long it may take until there is an answer. */
  patienceMs = 0
  /** An answer that is sent while its bytes come. */
  sent: SentStream | undefined = undefined
  rate: RateVerdict | undefined = undefined
  /** Who is asking, once that is known; of the type of the mount that asked. */
  caller: unknown = undefined
  readonly #settings: ExchangeSettings

  constructor(request: Incoming, response: Outgoing, settings: ExchangeSettings) {
    this.id = requestId(request.headers['x-request-id'])
    this.startedMs = performance.now()
    this.request = request
    this.response = response
    this.clientAddress = settings.clientAddressOf(request)
    // One that waits behind another on its connection may have come at any time.
    this.arrivalRound = response.socket === null ? undefined : arrivalRound()
    this.#settings = settings
  }

  get method(): string {
    return this.request.method!
  }

  get url(): string {
    return this.request.url ?? '/'
  }

  get path(): string {
    const end = this.url.indexOf('?')
    return end === -1 ? this.url : this.url.slice(0, end)
  }

  get headers(): IncomingHttpHeaders {
    return this.request.headers
  }

  get isAnswered(): boolean {
    return this.response.headersSent || this.response.destroyed
  }

  /** @throws when a header has a value that HTTP cannot carry. */
  send(answer: HttpAnswer): void {
    if (this.isAnswered) {
      answer.streamed?.source?.destroy()
      return
    }
    if (this.bodyStream !== undefined) this.#readLeftover()
    if (answer.streamed !== undefined) this.#sendStreamed(answer)
    else this.#sendWhole(answer)
  }

  #sendWhole(answer: HttpAnswer): void {
    const form = answer.body.length === 0 && answer.form !== 'page' ? 'empty' : (answer.form ?? 'json')
    this.response.answer(
      answer.status,
      this.#standing[form],
      this.#knownHeaders(),
      this.#ownHeaders(answer),
      answer.body,
    )
  }

  #sendStreamed(answer: HttpAnswer): void {
    const { bytes, source } = answer.streamed!
    const headers = [
      ...this.#standing[answer.form ?? 'json'].flat,
      ...this.#knownHeaders(),
      ...this.#ownHeaders(answer),
    ]
    try {
      this.response.announce(answer.status, headers, bytes)
    } catch (error) {
      source?.destroy()
      throw error
    }
    if (source === undefined) this.response.end()
    else this.sent = new SentStream(source, bytes, this.response, (error) => this.#settings.answerBroke(this, error))
  }

  /** What was not read of the body is thrown away for a while: a client that only sends would not see the answer of a closed connection. */
  #readLeftover(): void {
    const { request, response, bodyStream } = this
    response.once('close', () => {
      if (request.complete || request.destroyed) return
      bodyStream!.destroy()
      throwAway(request)
    })
  }

  get #standing(): StandingHeaders {
    return this.rate === undefined ? this.#settings.standing.uncounted : this.#settings.standing.counted
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

  /** An id is looked over when it comes from outside (`request-id.ts`). */
  #knownHeaders(): FlatHeaders {
    if (this.rate === undefined) return ['X-Request-Id', this.id]
    return ['X-Request-Id', this.id, 'RateLimit', stateHeader(this.rate)]
  }

  #ownHeaders(answer: HttpAnswer): string[] {
    const { cors, isStopping } = this.#settings
    const headers = [...cors.headersFor(this.request)]
    for (const name in answer.headers) {
      const value = answer.headers[name]!
      if (typeof value === 'string') headers.push(name, value)
      else for (const one of value) headers.push(name, one)
    }
    if (isStopping() || this.response.isLastOnConnection) headers.push('Connection', 'close')
    return headers
  }
}

function throwAway(request: Incoming): void {
  const end = () => request.socket.destroy()
  const latest = setTimeout(end, fixedLimits.leftoverMs).unref()
  const idle = setTimeout(end, fixedLimits.leftoverIdleMs).unref()
  request.on('data', () => idle.refresh())
  request.once('close', () => {
    clearTimeout(latest)
    clearTimeout(idle)
  })
  request.resume()
}

const noBytes = Buffer.alloc(0)

const noParams: Readonly<Record<string, string>> = Object.freeze({})
