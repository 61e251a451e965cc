import { Readable } from 'node:stream'
import { httpErrors } from './errors.ts'
import type { Incoming } from './exchange.ts'
import { fixedLimits } from './limits.ts'

/**
 * The body of a request as it comes, with an end: nothing is read ahead of whoever reads here.
 *
 * Ends with `http_body_too_large` as soon as more than `maxBytes` have come, and with `http_body_incomplete` when the client leaves.
 * Whether anybody listens to that does not matter: an error that nobody hears ends nothing.
 */
export class BodyStream extends Readable {
  readonly #source: Incoming
  readonly #maxBytes: number
  readonly #startedMs = performance.now()
  #byteCount = 0
  #movedMs = this.#startedMs

  constructor(source: Incoming, maxBytes: number) {
    super()
    this.#source = source
    this.#maxBytes = maxBytes
    this.on('error', ignore)
    source.on('error', ignore)
    source.on('data', this.#take)
    source.on('end', this.#finish)
    source.on('close', this.#lose)
    source.pause()
  }

  override _read(): void {
    this.#movedMs = performance.now() // nothing was asked of the client before
    this.#source.resume()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#source.off('data', this.#take)
    this.#source.off('end', this.#finish)
    this.#source.off('close', this.#lose)
    this.#source.pause()
    done(error)
  }

  /** Whether the client lets us wait: for `idleMs` without a byte, or, where it is `crowded`, by sending slowly. */
  isKeptWaiting(idleMs: number, isCrowded: boolean): boolean {
    if (this.#source.isPaused()) return false
    const now = performance.now()
    return now - this.#movedMs > idleMs || (isCrowded && isSlow(this.#byteCount, now - this.#startedMs))
  }

  readonly #take = (piece: Buffer) => {
    this.#byteCount += piece.length
    this.#movedMs = performance.now()
    if (this.#byteCount > this.#maxBytes) this.destroy(bodyTooLarge(this.#maxBytes))
    else if (!this.push(piece)) this.#source.pause()
  }

  readonly #finish = () => {
    this.push(null)
  }

  readonly #lose = () => {
    if (!this.#source.complete) this.destroy(httpErrors.body_incomplete())
  }
}

export function bodyTooLarge(maxBytes: number): Error {
  return httpErrors.body_too_large({ details: { maxBytes } })
}

/** How long a body of so many bytes may take from a client that is slow, and not too slow. */
export function patientMs(bytes: number): number {
  return (bytes / fixedLimits.slowestBytesPerSecond) * 1_000
}

/** Whether so few bytes have moved in this time that others shall not wait for it. */
export function isSlow(bytes: number, elapsedMs: number): boolean {
  return elapsedMs > patientMs(bytes) + fixedLimits.crowdedBodyMs
}

function ignore(): void {}
