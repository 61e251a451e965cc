import type { Submittable } from 'pg'
import type { Row } from '../../../ports/database.ts'
import { textTypes } from './text-types.ts'

/** What a statement answered. */
export interface Answer {
  readonly rows: readonly Row[]
  /** What was done, in the server's words: `UPDATE 3`, `INSERT 0 1`, `COMMIT`. */
  readonly tag: string
  /** Whether the server sends the answer to the next statement together with this one. */
  readonly isFollowed?: boolean
}

/** How many rows were read or changed. */
export function countOf({ tag }: Answer): number {
  return Number(tag.slice(tag.lastIndexOf(' ') + 1)) || 0
}

export type Answered = (error: unknown, answer: Answer | undefined) => void

/** How the columns of a prepared statement are read on one connection; undefined until its first answer has told. */
export type Shapes = Map<string, Shape | undefined>

/** Undefined where every column is text. */
export interface Shape {
  readonly parsers: readonly ((text: string) => unknown)[] | undefined
}

export interface PreparedStatement {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** The query it makes is for `client.query`, and answers once. */
export type MakeQuery = (statement: PreparedStatement, shapes: Shapes, answered: Answered) => Submittable

/**
 * A query of `pg` for prepared statements: half the work of its own one.
 *
 * Its columns are asked for once per connection and not with every run, rows of text are taken as they come, and all of it but the
 * parameters is one message.
 * @param base  `pg`'s own class, whose methods do the first run on a connection.
 */
export function preparedQueries(base: typeof import('pg').Query): MakeQuery {
  // `pg` takes queries of its own class only while others are on their way. Its constructor is what costs.
  Object.setPrototypeOf(Prepared.prototype, base.prototype)
  const { prepare } = base.prototype as unknown as { prepare(this: Prepared, wire: Wire): void }
  return (statement, shapes, answered) => new Prepared(statement, shapes, answered, prepare) as unknown as Submittable
}

/** The parts of `pg`'s connection that are used here. */
interface Wire {
  readonly stream: { readonly writable: boolean; write(bytes: Uint8Array): void }
  bind(message: { statement: string; values: readonly unknown[]; valueMapper(value: unknown): unknown }): void
}

// The messages Execute (the unnamed portal, all rows) and Sync.
const executeAndSync = Uint8Array.of(0x45, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0x53, 0, 0, 0, 4)

/** The names of its members are those that `pg` calls. */
class Prepared {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
  readonly callback: Answered
  readonly #shapes: Shapes
  readonly #prepareAtFirst: (this: Prepared, wire: Wire) => void
  readonly #rows: Row[] = []
  #shape: Shape | undefined
  #tag = ''

  constructor(
    { name, text, values }: PreparedStatement,
    shapes: Shapes,
    answered: Answered,
    prepareAtFirst: (this: Prepared, wire: Wire) => void,
  ) {
    this.name = name
    this.text = text
    this.values = values
    this.callback = answered
    this.#shapes = shapes
    this.#prepareAtFirst = prepareAtFirst
  }

  prepare(wire: Wire): void {
    this.#shape = this.#shapes.get(this.name)
    if (this.#shape === undefined || !this.values.every(isScalar)) {
      this.#prepareAtFirst(wire)
      return
    }
    wire.bind({ statement: this.name, values: this.values, valueMapper: textOrNull })
    if (wire.stream.writable) wire.stream.write(executeAndSync)
  }

  handleRowDescription({ fields }: { readonly fields: readonly { readonly dataTypeID: number }[] }): void {
    const parsers = fields.map(({ dataTypeID }) => textTypes.getTypeParser(dataTypeID) as (text: string) => unknown)
    this.#shape = { parsers: parsers.every((parser) => parser === asText) ? undefined : parsers }
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const parsers = this.#shape?.parsers
    this.#rows.push(
      parsers === undefined ? fields : fields.map((text, index) => (text === null ? null : parsers[index]!(text))),
    )
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text
  }

  handleReadyForQuery(): void {
    this.#shapes.set(this.name, this.#shape ?? { parsers: undefined })
    this.callback(undefined, { rows: this.#rows, tag: this.#tag })
  }

  handleError(error: unknown): void {
    this.callback(error, undefined)
  }
}

const asText = textTypes.getTypeParser(25) // of `text`

export function isScalar(value: unknown): boolean {
  return value === null || typeof value !== 'object'
}

function textOrNull(value: unknown): unknown {
  return value === null || value === undefined ? null : String(value)
}
