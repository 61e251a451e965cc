import type { Submittable } from 'pg'
import type { Row } from '../../../ports/database.ts'
import type { Answered, Shape } from './prepared-query.ts'
import type { WireAnswers } from './wire-reader.ts'

/** A run of a statement that the connection has prepared, and whose columns are known. */
export interface GroupedRead {
  readonly name: string
  readonly values: readonly unknown[]
  readonly shape: Shape
  readonly answered: Answered
  /** How long it will take, by experience. */
  readonly expectedMs: number
}

/** Why a read has no answer: one before it in its group failed. It was not run. */
export const notRun: Error = new Error('A statement of the same group failed before this one was run.')

/** Reads that become one query for `client.query`. */
export interface ReadGroup extends Submittable {
  /** Whether it should go out without waiting for more. */
  readonly isFull: boolean
  add(read: GroupedRead): void
}

/** The first of a group may have to wait for the last. */
const mostReads = 16
const mostMs = 1

/** @param base  `pg`'s own class: it takes queries of no other while more are on their way. */
export function readGroups(base: typeof import('pg').Query): () => ReadGroup {
  Object.setPrototypeOf(Group.prototype, base.prototype)
  return () => new Group() as unknown as ReadGroup
}

type Texts = readonly (string | null)[]

/** The part of `pg`'s connection that is used here. */
interface Wire {
  readonly stream: { readonly writable: boolean; write(bytes: Uint8Array): void }
}

/**
 * Reads that go out in one piece and come back in one: the server gathers the answers to all until it meets the Sync at the end.
 *
 * Each read sees what is committed when it is run. One that fails takes those behind it along, which were not run. The names of the
 * members are those that `pg` calls.
 */
export class Group implements WireAnswers {
  // `pg` would set it on every query that has none.
  readonly callback = ignore
  readonly #reads: GroupedRead[] = []
  #expectedMs = 0
  #answeredCount = 0
  #rows: Row[] = []
  #tag = ''

  get isFull(): boolean {
    return this.#reads.length >= mostReads || this.#expectedMs >= mostMs
  }

  add(read: GroupedRead): void {
    this.#reads.push(read)
    this.#expectedMs += read.expectedMs
  }

  submit({ stream }: Wire): null {
    if (stream.writable) stream.write(messagesOf(this.#reads))
    return null
  }

  handleDataRow({ fields }: { readonly fields: Texts }): void {
    this.#addRow(fields)
  }

  /** The last one waits for the server to be ready: until then the connection is not free. */
  handleCommandComplete({ text }: { readonly text: string }): void {
    if (this.#answeredCount === this.#reads.length - 1) this.#tag = text
    else this.#answer(text, true)
  }

  takeRow(bytes: Buffer, begin: number): void {
    const texts: (string | null)[] = []
    let at = begin + 2
    for (let left = bytes.readUInt16BE(begin); left > 0; left -= 1) {
      const length = bytes.readInt32BE(at)
      at += 4
      texts.push(length === -1 ? null : bytes.toString('utf8', at, at + length))
      at += Math.max(0, length)
    }
    this.#addRow(texts)
  }

  takeTag(bytes: Buffer, begin: number, end: number): void {
    this.handleCommandComplete({ text: bytes.toString('latin1', begin, end - 1) })
  }

  handleReadyForQuery(): void {
    this.#answer(this.#tag, false)
  }

  handleError(error: unknown): void {
    const [failed, ...behind] = this.#reads.slice(this.#answeredCount)
    failed!.answered(error, undefined)
    for (const read of behind) read.answered(notRun, undefined)
  }

  #addRow(texts: Texts): void {
    const { parsers } = this.#reads[this.#answeredCount]!.shape
    this.#rows.push(
      parsers === undefined ? texts : texts.map((text, index) => (text === null ? null : parsers[index]!(text))),
    )
  }

  #answer(tag: string, isFollowed: boolean): void {
    const { answered } = this.#reads[this.#answeredCount]!
    const rows = this.#rows
    this.#answeredCount += 1
    this.#rows = []
    answered(undefined, { rows, tag, isFollowed })
  }
}

function ignore(): void {}

const executeMessage = Uint8Array.of(0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0) // the unnamed portal, all rows
const syncMessage = Uint8Array.of(0x53, 0, 0, 0, 4)
const bytesAroundValues = 1 + 4 + 1 + 1 + 2 + 2 + 2 + executeMessage.length
const mostBytesOfChar = 3 // of a UTF-16 unit in UTF-8

/** Bind and Execute for each, and one Sync (PostgreSQL, "Message Formats"). */
function messagesOf(reads: readonly GroupedRead[]): Uint8Array {
  const texts = reads.map(({ values }) => values.map(textOrNull))
  const bytes = Buffer.allocUnsafe(mostBytes(reads, texts))
  let end = 0
  for (let index = 0; index < reads.length; index += 1) end = writeRead(bytes, end, reads[index]!.name, texts[index]!)
  bytes.set(syncMessage, end)
  return bytes.subarray(0, end + syncMessage.length)
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}

function mostBytes(reads: readonly GroupedRead[], texts: readonly Texts[]): number {
  let most = syncMessage.length
  for (const { name } of reads) most += bytesAroundValues + name.length
  for (const values of texts) for (const text of values) most += 4 + (text?.length ?? 0) * mostBytesOfChar
  return most
}

/** @param name  of nothing but ASCII. @returns where it ends. */
function writeRead(bytes: Buffer, begin: number, name: string, texts: Texts): number {
  let at = begin + 5
  bytes[begin] = 0x42 // Bind
  bytes[at++] = 0 // the unnamed portal
  at += bytes.write(name, at, 'latin1')
  bytes[at++] = 0
  at = bytes.writeInt16BE(0, at) // all parameters as text
  at = bytes.writeUInt16BE(texts.length, at)
  for (const text of texts) at = writeValue(bytes, at, text)
  at = bytes.writeInt16BE(0, at) // all columns as text
  bytes.writeInt32BE(at - begin - 1, begin + 1)
  bytes.set(executeMessage, at)
  return at + executeMessage.length
}

function writeValue(bytes: Buffer, begin: number, text: string | null): number {
  if (text === null) return bytes.writeInt32BE(-1, begin)
  const length = bytes.write(text, begin + 4)
  bytes.writeInt32BE(length, begin)
  return begin + 4 + length
}
