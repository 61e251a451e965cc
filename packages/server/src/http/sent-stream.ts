import { pipeline, type Readable, Transform, type TransformCallback } from 'node:stream'
import { isSlow } from './body-stream.ts'
import type { Outgoing } from './outgoing.ts'

/**
 * Bytes on their way to a client, no faster than it reads them.
 *
 * The source is destroyed when the client leaves; the connection is, when the source fails or has not the bytes that were announced:
 * that is the only way left to say so.
 */
export class SentStream {
  readonly #startedMs = performance.now()
  #byteCount = 0
  #movedMs = this.#startedMs

  /**
   * @param bytes  that were announced; undefined: none were.
   * @param failed  called when it was not the client who ended it.
   */
  constructor(source: Readable, bytes: number | undefined, response: Outgoing, failed: (error: unknown) => void) {
    const counted = new Transform({
      transform: (piece: Buffer, _encoding, done) => this.#pass(piece, bytes, done),
      flush: (done) => done(bytes === undefined || this.#byteCount === bytes ? null : new WrongLength(bytes)),
    })
    pipeline(source, counted, response, (error) => {
      if (error && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') failed(error)
    })
  }

  /** Whether the client lets us wait: for `idleMs` without reading, or, where it is `crowded`, by reading slowly. */
  isKeptWaiting(idleMs: number, isCrowded: boolean): boolean {
    const now = performance.now()
    return now - this.#movedMs > idleMs || (isCrowded && isSlow(this.#byteCount, now - this.#startedMs))
  }

  #pass(piece: Buffer, bytes: number | undefined, done: TransformCallback): void {
    this.#byteCount += piece.length
    this.#movedMs = performance.now()
    if (bytes !== undefined && this.#byteCount > bytes) done(new WrongLength(bytes))
    else done(null, piece)
  }
}

class WrongLength extends Error {
  constructor(bytes: number) {
    super(`A streamed answer announced ${bytes} bytes and had another length.`)
  }
}
