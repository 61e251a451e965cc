/** More are made one: a piece takes 400 bytes of memory beside its own, and a sender decides how many there are. */
const mostPieces = 256

/**
 * Keeps the bytes of a body as they come from the parser, up to a limit.
 *
 * Without a stream between them: the parser has them whole in one or two pieces, and a stream takes several rounds to hand them on.
 */
export class ArrivingBody {
  readonly #maxBytes: number
  #blocks: Buffer[] = []
  #pieces: Buffer[] = []
  #byteCount = 0
  #hasEnded = false
  #done: ((bytes: Buffer | undefined) => void) | undefined = undefined

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  add(piece: Buffer): void {
    if (this.#isTooLarge) return
    this.#byteCount += piece.length
    this.#pieces.push(piece)
    if (this.#isTooLarge) this.end()
    else if (this.#pieces.length === mostPieces) this.#gather()
  }

  end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#done?.(this.#take())
  }

  /** Calls `done` once, now or later: with all bytes, or with undefined as soon as there are too many. A client that leaves is not told of. */
  whenEnded(done: (bytes: Buffer | undefined) => void): void {
    if (this.#hasEnded) done(this.#take())
    else this.#done = done
  }

  get #isTooLarge(): boolean {
    return this.#byteCount > this.#maxBytes
  }

  #gather(): void {
    this.#blocks.push(Buffer.concat(this.#pieces))
    this.#pieces = []
  }

  #take(): Buffer | undefined {
    const pieces = [...this.#blocks, ...this.#pieces]
    this.#blocks = []
    this.#pieces = []
    if (this.#isTooLarge) return undefined
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, this.#byteCount)
  }
}
