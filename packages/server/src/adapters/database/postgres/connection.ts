import type { PoolClient, QueryArrayConfig, QueryArrayResult } from 'pg'
import type { Statement } from '../../../ports/database.ts'
import { isConnectionLost, isStalePlan, portErrorFrom } from './errors.ts'
import type { StatementNames } from './statement-names.ts'

/** A connection on loan from the pool: prepares what is used again, speaks the errors of the port, never returns broken. */
export class Connection {
  readonly #client: PoolClient
  readonly #names: StatementNames
  #isBroken = false

  constructor(client: PoolClient, names: StatementNames) {
    this.#client = client
    this.#names = names
  }

  get isBroken(): boolean {
    return this.#isBroken
  }

  async query({ text, parameters }: Statement): Promise<QueryArrayResult> {
    const name = this.#names.nameFor(text, this.#client)
    try {
      return await this.#send({ text, values: [...parameters], rowMode: 'array', ...(name !== undefined && { name }) })
    } catch (error) {
      if (isStalePlan(error)) this.#names.forget(text)
      throw error
    }
  }

  /** Runs text of one or many statements in one message; the result is that of the last one. */
  async script(text: string): Promise<QueryArrayResult | undefined> {
    const results: QueryArrayResult | readonly QueryArrayResult[] = await this.#send({ text, rowMode: 'array' })
    return Array.isArray(results) ? results.at(-1) : results
  }

  /** Ends the connection at once, whatever it is doing. */
  abandon(): void {
    this.#isBroken = true
    // `end()` would wait for the statement that runs. The server sees the closed socket within a second, see session.ts.
    const { connection } = this.#client as unknown as { connection: { stream: { destroy(): void } } }
    connection.stream.destroy()
  }

  release(): void {
    this.#client.release(this.#isBroken || this.#names.isWornOut(this.#client))
  }

  async #send(query: QueryArrayConfig): Promise<QueryArrayResult> {
    try {
      return await this.#client.query(query)
    } catch (error) {
      if (isConnectionLost(error)) this.#isBroken = true
      throw portErrorFrom(error)
    }
  }
}
