import type { Incoming } from './exchange.ts'
import { ServerResponse, STATUS_CODES } from './node-http.ts'
import type { FlatHeaders, PreparedHeaders } from './standing-headers.ts'

/**
 * A response whose standing headers are one prepared text.
 *
 * `writeHead` checks and joins header after header, which for two dozen of them costs more than finding a record. Its last step
 * takes the status line and what comes after it; the line handed over here brings the standing headers along
 * (docs/decisions/answers-are-written-raw.md).
 */
export class Outgoing extends ServerResponse<Incoming> {
  /**
   * Writes the whole answer.
   *
   * @param known  names and values in turn, of which it is known that HTTP can carry them.
   * @param own  more of them; checked by Node.  @throws when one has a value that HTTP cannot carry.
   */
  answer(
    status: number,
    standing: PreparedHeaders,
    known: FlatHeaders,
    own: string[],
    body: string | Uint8Array,
  ): void {
    const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    if (status === 304 && this.#canBringText) this.#answerUnchanged(standing.texts[304] + linesOf(known), own)
    else if ((status === 200 || status === 201) && this.#canBringText)
      this.#answerWhole(status, standing.texts[status] + linesOf(known), own, bytes)
    else this.writeHead(status, [...standing.flat, ...known, ...own, ...lengthOf(status, bytes)])
    // A text of nothing but ASCII is copied as it is, any other has to be encoded.
    if (bytes === body.length && typeof body === 'string') this.end(body, 'latin1')
    else this.end(body)
  }

  /**
   * Writes the headers of an answer whose body comes from elsewhere.
   *
   * @param bytes  of that body; undefined: not known.  @throws when one has a value that HTTP cannot carry.
   */
  announce(status: number, headers: FlatHeaders, bytes: number | undefined): void {
    this.writeHead(status, [...headers, ...(bytes === undefined ? [] : lengthOf(status, bytes))])
  }

  /**
   * Whether the connection has had as many requests as it may have (`requestsPerSocket`). Node tells the client so and waits for it to
   * leave, answering 503 to one that does not; with a header of our own it closes.
   */
  get isLastOnConnection(): boolean {
    return (this as unknown as NodeInternals).maxRequestsOnConnectionReached
  }

  /** Requests of HTTP/1.0, or without an answer's body, and those that wait for a word are rare: Node knows what is different with them. */
  get #canBringText(): boolean {
    const { method, headers } = this.req
    return hasStoreHeader && this.useChunkedEncodingByDefault && method !== 'HEAD' && headers.expect === undefined
  }

  #answerUnchanged(text: string, own: readonly string[]): void {
    const internals = this as unknown as NodeInternals
    this.statusCode = 304
    this.statusMessage = STATUS_CODES[304]!
    internals._hasBody = false // as `writeHead` does: nothing may follow the headers
    internals._storeHeader(text, own)
  }

  #answerWhole(status: 200 | 201, text: string, own: readonly string[], bytes: number): void {
    const internals = this as unknown as NodeInternals
    this.statusCode = status
    this.statusMessage = STATUS_CODES[status]!
    internals._contentLength = bytes // Node writes the header
    internals._storeHeader(text, own)
  }
}

function linesOf(headers: FlatHeaders): string {
  let text = ''
  for (let index = 0; index < headers.length; index += 2) text += `${headers[index]}: ${headers[index + 1]}\r\n`
  return text
}

function lengthOf(status: number, bytes: number): FlatHeaders {
  return status === 204 || status === 304 ? [] : ['Content-Length', String(bytes)]
}

/** Not of Node's public interface, though unchanged for ten years: without it answers are written by `writeHead`. */
interface NodeInternals {
  _hasBody: boolean
  _contentLength: number | null
  readonly maxRequestsOnConnectionReached: boolean
  _storeHeader(statusLine: string, headers: readonly string[]): void
}

const hasStoreHeader =
  typeof (ServerResponse.prototype as unknown as Partial<NodeInternals>)._storeHeader === 'function'
