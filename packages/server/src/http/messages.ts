import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'

/** What a protocol reads of a request. */
export interface HttpRequest {
  /** Also in the answer (`X-Request-Id`) and in every line of the log. */
  readonly id: string
  readonly method: string
  /** As sent: `/api/products?limit=5`. */
  readonly url: string
  /** Without the query: `/api/products`. */
  readonly path: string
  /** Raw and without the question mark: `limit=5`. */
  readonly query: string
  /** Decoded parts of the path that the route names: `{ id: '…' }`. */
  readonly params: Readonly<Record<string, string>>
  /** By lower-case names. */
  readonly headers: IncomingHttpHeaders
  /** Parsed JSON; undefined when the request has no body. */
  readonly body: unknown
  /** The body as it came; empty when there is none. */
  readonly bodyBytes: Buffer
  /** The body while it comes, where the route asks for that. */
  readonly bodyStream: Readable | undefined
  /** Of the client, seen through trusted proxies only. */
  readonly clientAddress: string
  /** Requests of equal rounds had all come before any of them was looked at. Undefined: nothing is known of when it came. */
  readonly arrivalRound: number | undefined
}

/** What a protocol answers. */
export interface HttpAnswer {
  readonly status: number
  /** Besides those that every answer gets. Names in any case; a list is sent as several headers (`Set-Cookie`). */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string | Uint8Array
  /** Sent in place of `body`. */
  readonly streamed?: StreamedContent
  /** Which headers every such answer gets (`standing-headers.ts`). Default `json`. */
  readonly form?: AnswerForm
}

export interface StreamedContent {
  /** Undefined: not known. */
  readonly bytes: number | undefined
  /** Destroyed when it cannot be sent to its end. Undefined: only the headers are wanted (HEAD). */
  readonly source: Readable | undefined
}

/**
 * `json`: data, private to who asked. `problem`: an error. `page`: HTML or a file of a page; says its own type and caching.
 * `ownPage`: says its own Content-Security-Policy too, since two of them would both hold. `file`: says its own policies, of content and
 * of who may embed it, type and caching.
 */
export type AnswerForm = 'json' | 'problem' | 'page' | 'ownPage' | 'file'
