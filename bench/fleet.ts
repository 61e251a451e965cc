import { type ServerSpec, startContender } from './contenders.ts'
import { makeOriginal, type Original } from './databases.ts'
import type { Project } from './galley-package.ts'
import type { Server } from './server.ts'
import { tell } from './tell.ts'

const products = { small: 10_000, large: 1_000_000 } as const

/** Everything that was started: servers and the databases they read are made when they are first asked for. */
export class Fleet {
  readonly #project: Project
  readonly #originals = new Map<string, Promise<Original>>()
  readonly #servers = new Map<string, Promise<Server>>()

  constructor(project: Project) {
    this.#project = project
  }

  original({ database, size }: Pick<ServerSpec, 'database' | 'size'>): Promise<Original> {
    return remembered(this.#originals, `${database} ${size}`, () => {
      tell(`filling ${products[size]} products on ${database}`)
      return makeOriginal(database, products[size], this.#project)
    })
  }

  server(spec: ServerSpec): Promise<Server> {
    const key = JSON.stringify(Object.entries(spec).toSorted())
    return remembered(this.#servers, key, () => this.startAnother(spec))
  }

  /** One that nobody else asks, on a database of its own; whoever wants it stops it. */
  async startAnother(spec: ServerSpec): Promise<Server> {
    const original = await this.original(spec)
    tell(`starting ${spec.contender} on ${spec.database}`)
    return startContender(spec, { project: this.#project, original, server: (other) => this.server(other) })
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.values()) await (await server.catch(() => undefined))?.stop()
  }
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}
