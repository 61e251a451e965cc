import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Exchange, Incoming } from './exchange.ts'
import type { HttpRequest } from './messages.ts'

/** What Fastify and the exchange know of a request, in the words of `HttpRequest`. */
export class FastifyHttpRequest implements HttpRequest {
  readonly #request: FastifyRequest
  readonly #exchange: Exchange

  constructor(request: FastifyRequest) {
    this.#request = request
    this.#exchange = exchangeOf(request)
  }

  get id(): string {
    return this.#exchange.id
  }
  get method(): string {
    return this.#request.method
  }
  get url(): string {
    return this.#request.url
  }
  get path(): string {
    return this.#exchange.path
  }
  get query(): string {
    return this.#request.query as string // `querystringParser` leaves it as it is
  }
  get params(): Readonly<Record<string, string>> {
    return this.#request.params as Readonly<Record<string, string>>
  }
  get headers(): IncomingHttpHeaders {
    return this.#request.raw.headers
  }
  get body(): unknown {
    return this.#request.body
  }
  get bodyText(): string {
    return this.#exchange.bodyText
  }
  get clientAddress(): string {
    return this.#request.ip ?? ''
  }
}

export function exchangeOf(request: FastifyRequest): Exchange {
  return (request.raw as Incoming).exchange!
}
