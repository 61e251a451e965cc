import type { PoolClient, QueryArrayResult } from 'pg'
import type { Statement } from '../../../ports/database.ts'
import { isConnectionLost, isStalePlan, portErrorFrom } from './errors.ts'
import type { KnownStatement, KnownStatements } from './known-statements.ts'
import type { Answer, Answered, MakeQuery, Shapes } from './prepared-query.ts'

/** A connection on loan from the pool: prepares what is used again, speaks the errors of the port, never returns broken. */
export class Connection {
  readonly #client: PoolClient
  readonly #known: KnownStatements
  readonly #makeQuery: MakeQuery
  readonly #shapes: Shapes
  #isBroken = false

  constructor(client: PoolClient, known: KnownStatements, makeQuery: MakeQuery) {
    this.#client = client
    this.#known = known
    this.#makeQuery = makeQuery
    this.#shapes = known.shapesOn(client)
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  get isWornOut(): boolean {
    return this.#known.isWornOut(this.#client)
  }

  query(statement: Statement, known?: KnownStatement): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.send(statement, known ?? this.#known.meet(statement.text), (error, answer) =>
        answer === undefined ? reject(error) : resolve(answer),
      )
    })
  }

  /** Sends a statement without waiting for those before it. */
  send({ text, parameters }: Statement, { name }: KnownStatement, answered: Answered): void {
    this.#flushLater()
    if (name === undefined) {
      const query = this.#client.query({ text, values: [...parameters], rowMode: 'array' })
      query.then(
        ({ rows, rowCount }) => answered(undefined, { rows, count: rowCount ?? 0 }),
        (error: unknown) => answered(this.#noted(error), undefined),
      )
      return
    }
    if (!this.#shapes.has(name)) this.#shapes.set(name, undefined)
    const query = this.#makeQuery({ name, text, values: parameters }, this.#shapes, (error, answer) => {
      if (answer === undefined && isStalePlan(error)) this.#known.forget(text)
      answered(answer === undefined ? this.#noted(error) : undefined, answer)
    })
    this.#client.query(query as never)
  }

  /** Runs text of one or many statements in one message; the result is that of the last one. */
  async script(text: string): Promise<QueryArrayResult | undefined> {
    this.#flushLater()
    try {
      const results: QueryArrayResult | readonly QueryArrayResult[] = await this.#client.query({
        text,
        rowMode: 'array',
      })
      return Array.isArray(results) ? results.at(-1) : results
    } catch (error) {
      throw this.#noted(error)
    }
  }

  /** Ends the connection at once, whatever it is doing. */
  abandon(): void {
    this.#isBroken = true
    // `end()` would wait for the statement that runs. The server sees the closed socket within a second, see session.ts.
    this.#stream.destroy()
  }

  release(): void {
    this.#client.release(this.#isBroken || this.isWornOut)
  }

  #noted(error: unknown): unknown {
    if (isConnectionLost(error)) this.#isBroken = true
    return portErrorFrom(error)
  }

  /** What is sent in one turn of the event loop, by whomever, goes out in one piece. */
  #flushLater(): void {
    const stream = this.#stream
    if (stream.writableCorked > 0) return
    stream.cork()
    setImmediate(uncork, stream)
  }

  get #stream(): Stream {
    return (this.#client as unknown as { readonly connection: { readonly stream: Stream } }).connection.stream
  }
}

interface Stream {
  readonly writableCorked: number
  cork(): void
  uncork(): void
  destroy(): void
}

function uncork(stream: Stream): void {
  stream.uncork()
}
