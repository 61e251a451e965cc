import type { ClientBase } from 'pg'

/** A query that takes the messages of its rows and ends as they come, without `pg` making objects of them. */
export interface WireAnswers {
  /** @param begin  of what is in the message, which ends before `end`. */
  takeRow(bytes: Buffer, begin: number): void
  takeTag(bytes: Buffer, begin: number, end: number): void
}

/**
 * Reads what comes on a connection before `pg` does: what answers a query of `Taker` goes to it, anything else to `pg`.
 *
 * Where `pg` is not built as it was, it reads everything itself.
 */
export function readAheadOf(client: ClientBase, Taker: abstract new (...args: never[]) => WireAnswers): void {
  const internals = client as unknown as Partial<Internals>
  const stream = internals.connection?.stream
  const listeners = stream?.listeners('data') ?? []
  if (!('_activeQuery' in internals) || listeners.length !== 1) return
  const reader = new WireReader(
    () => {
      const query = (internals as Internals)._activeQuery
      return query instanceof Taker ? query : undefined
    },
    (bytes) => listeners[0]!.call(stream, bytes),
  )
  stream!.off('data', listeners[0]!)
  stream!.on('data', (chunk) => reader.read(chunk))
}

/** The parts of `pg` that are used here. */
interface Internals {
  readonly _activeQuery: unknown
  readonly connection: { readonly stream: NodeJS.ReadableStream }
}

const headBytes = 5 // what a message begins with: its kind, and its length without the kind

export class WireReader {
  readonly #taker: () => WireAnswers | undefined
  /** Is given whole messages only. */
  readonly #pass: (bytes: Buffer) => void
  /** The beginning of a message, and how much there must be before it is looked at again. */
  #parts: Buffer[] = []
  #partBytes = 0
  #neededBytes = headBytes

  constructor(taker: () => WireAnswers | undefined, pass: (bytes: Buffer) => void) {
    this.#taker = taker
    this.#pass = pass
  }

  read(chunk: Buffer): void {
    const bytes = this.#joined(chunk)
    if (bytes === undefined) return
    let begin = 0
    let end = endOf(bytes, begin)
    while (end <= bytes.length) {
      begin = this.#handOut(bytes, begin, end)
      end = endOf(bytes, begin)
    }
    if (begin < bytes.length) this.#keep(bytes, begin, end)
  }

  /** @returns up to where. */
  #handOut(bytes: Buffer, begin: number, end: number): number {
    const taker = this.#taker()
    if (taker === undefined) return this.#passAll(bytes, begin)
    if (take(taker, bytes, begin, end)) return end
    return this.#passOne(bytes, begin, end)
  }

  #joined(chunk: Buffer): Buffer | undefined {
    if (this.#partBytes === 0) return chunk
    this.#parts.push(chunk)
    this.#partBytes += chunk.length
    if (this.#partBytes < this.#neededBytes) return undefined
    const bytes = Buffer.concat(this.#parts, this.#partBytes)
    this.#parts = []
    this.#partBytes = 0
    return bytes
  }

  #keep(bytes: Buffer, begin: number, end: number): void {
    this.#parts = [bytes.subarray(begin)]
    this.#partBytes = bytes.length - begin
    this.#neededBytes = end - begin
  }

  #passOne(bytes: Buffer, begin: number, end: number): number {
    this.#pass(bytes.subarray(begin, end))
    return end
  }

  /** Of these, some may be for a query that takes its own: `pg` gives them to it in its own way. */
  #passAll(bytes: Buffer, begin: number): number {
    let wholeEnd = begin
    for (let end = endOf(bytes, begin); end <= bytes.length; end = endOf(bytes, end)) wholeEnd = end
    return this.#passOne(bytes, begin, wholeEnd)
  }
}

/** Where a message ends, or at least where its head does. */
function endOf(bytes: Buffer, begin: number): number {
  if (begin + headBytes > bytes.length) return begin + headBytes
  return begin + 1 + Math.max(4, bytes.readUInt32BE(begin + 1))
}

/** @returns whether the message is one that says nothing but what the taker asked for. */
function take(taker: WireAnswers, bytes: Buffer, begin: number, end: number): boolean {
  const kind = bytes[begin]
  if (kind === 0x44)
    taker.takeRow(bytes, begin + headBytes) // DataRow
  else if (kind === 0x43)
    taker.takeTag(bytes, begin + headBytes, end) // CommandComplete
  else return kind === 0x32 // BindComplete
  return true
}
