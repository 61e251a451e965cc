import type { PoolClient } from 'pg'
import type { Statement } from '../../../ports/database.ts'
import { type ConnectionMemory, isWornOut, memoryOf } from './connection-memory.ts'
import { isConnectionLost, isStalePlan, portErrorFrom } from './errors.ts'
import type { KnownStatement, KnownStatements } from './known-statements.ts'
import { type Answer, type Answered, isScalar, type MakeQuery, type PreparedStatement } from './prepared-query.ts'
import type { ReadGroup } from './read-group.ts'

/** One that has answered a moment ago is there still, as far as anybody can know. */
const freshMs = 1_000

/** How queries are made that `pg` takes. */
export interface Makers {
  readonly makeQuery: MakeQuery
  readonly makeGroup: () => ReadGroup
}

/** A connection on loan from the pool: prepares what is used again, speaks the errors of the port, never returns broken. */
export class Connection {
  readonly #client: PoolClient
  readonly #known: KnownStatements
  readonly #memory: ConnectionMemory
  readonly #makeQuery: MakeQuery
  readonly #makeGroup: () => ReadGroup
  #group: ReadGroup | undefined
  #isBroken = false

  constructor(client: PoolClient, known: KnownStatements, { makeQuery, makeGroup }: Makers) {
    this.#client = client
    this.#known = known
    this.#memory = memoryOf(client)
    this.#makeQuery = makeQuery
    this.#makeGroup = makeGroup
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  get isWornOut(): boolean {
    return isWornOut(this.#memory)
  }

  get isFresh(): boolean {
    return performance.now() - this.#memory.answeredAt < freshMs
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
    if (name === undefined) this.#sendUnprepared({ text, parameters }, answered)
    else this.#sendPrepared({ name, text, values: parameters }, answered)
  }

  /** Sends a read together with others of this turn of the event loop. It fails with `notRun` where one of them has failed before. */
  sendGrouped(statement: Statement, known: KnownStatement, answered: Answered): void {
    const { name } = known
    const { text, parameters: values } = statement
    const shape = name === undefined ? undefined : this.#memory.shapes.get(name)
    if (shape === undefined || !values.every(isScalar)) {
      this.send(statement, known, answered)
      return
    }
    this.#group ??= this.#beginGroup()
    this.#group.add({ name: name!, values, shape, answered: this.#noting(text, answered), expectedMs: known.tookMs })
    if (this.#group.isFull) this.#sendGroup()
  }

  /** A statement without parameters or rows, such as `commit`. */
  command(text: string): Promise<Answer> {
    return this.query({ text, parameters: [] })
  }

  /** Runs text of one or many statements in one message. */
  async script(text: string): Promise<void> {
    this.#flushLater()
    try {
      await this.#client.query({ text, rowMode: 'array' })
      this.#memory.answeredAt = performance.now()
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

  #sendUnprepared({ text, parameters }: Statement, answered: Answered): void {
    this.#client.query({ text, values: [...parameters], rowMode: 'array' }).then(
      ({ rows, command, rowCount }) => {
        this.#memory.answeredAt = performance.now()
        answered(undefined, { rows, tag: `${command} ${rowCount ?? 0}` })
      },
      (error: unknown) => answered(this.#noted(error), undefined),
    )
  }

  #sendPrepared(statement: PreparedStatement, answered: Answered): void {
    const { shapes } = this.#memory
    if (!shapes.has(statement.name)) shapes.set(statement.name, undefined)
    this.#client.query(this.#makeQuery(statement, shapes, this.#noting(statement.text, answered)))
  }

  #beginGroup(): ReadGroup {
    setImmediate(() => this.#sendGroup())
    return this.#makeGroup()
  }

  #sendGroup(): void {
    const group = this.#group
    this.#group = undefined
    if (group !== undefined) this.#client.query(group)
  }

  #noting(text: string, answered: Answered): Answered {
    return (error, answer) => {
      if (answer === undefined) {
        if (isStalePlan(error)) this.#known.forget(text)
        answered(this.#noted(error), undefined)
        return
      }
      this.#memory.answeredAt = performance.now()
      answered(undefined, answer)
    }
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
