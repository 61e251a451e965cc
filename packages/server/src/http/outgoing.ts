import type { Incoming } from './exchange.ts'
import { ServerResponse, STATUS_CODES } from './node-http.ts'
import type { PreparedHeaders } from './standing-headers.ts'

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
   * @param own  names and values in turn; checked by Node.  @throws when one has a value that HTTP cannot carry.
   */
  answer(status: number, standing: PreparedHeaders, own: string[], body: string | Uint8Array): void {
    const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length
    if (status !== 204 && status !== 304) own.push('Content-Length', String(bytes))
    const isOfRead = status === 200 || status === 304
    if (!isOfRead || !canBringText || this.req.headers.expect !== undefined)
      this.writeHead(status, [...standing.flat, ...own])
    else this.#storeHeader(status, standing.texts[status], own)
    // A text of nothing but ASCII is copied as it is, any other has to be encoded.
    if (bytes === body.length && typeof body === 'string') this.end(body, 'latin1')
    else this.end(body)
  }

  #storeHeader(status: 200 | 304, text: string, own: readonly string[]): void {
    const internals = this as unknown as NodeInternals
    this.statusCode = status
    this.statusMessage = STATUS_CODES[status]!
    if (status === 304) internals._hasBody = false // as `writeHead` does: nothing may follow the headers
    internals._storeHeader(text, own)
  }
}

/** Not of Node's public interface, though unchanged for ten years: without it answers are written by `writeHead`. */
interface NodeInternals {
  _hasBody: boolean
  _storeHeader(statusLine: string, headers: readonly string[]): void
}

const canBringText = typeof (ServerResponse.prototype as unknown as Partial<NodeInternals>)._storeHeader === 'function'
