import findMyWay from 'find-my-way'
import type { HttpLimits } from './limits.ts'
import type { Route } from './routes.ts'

/** Where a GET belongs, and what its path and query say. */
export interface FoundRead<T> {
  readonly to: T
  readonly params: Readonly<Record<string, string>>
  /** Raw, without the question mark. */
  readonly query: string
}

/**
 * Finds the routes of GET: they have no body to be read, so that they need nothing of Fastify but its router, which this is.
 * Going through all of it would cost a read a tenth.
 */
export class ReadRouter<T> {
  readonly #router: findMyWay.Instance<findMyWay.HTTPVersion.V1>

  constructor(limits: HttpLimits) {
    this.#router = findMyWay({
      maxParamLength: limits.urlBytes,
      querystringParser: (query) => query as never, // protocols read it by their own grammar
    })
  }

  add(path: Route['path'], to: T): void {
    this.#router.on('GET', path, ignore, to)
  }

  /** Undefined for what is no GET, and for what Fastify has to say no to. */
  find(method: string, url: string): FoundRead<T> | undefined {
    if (method !== 'GET') return undefined
    const found = this.#router.find('GET', url)
    if (found === null) return undefined
    const { store, params, searchParams } = found
    return { to: store as T, params: params as Record<string, string>, query: searchParams as unknown as string }
  }
}

function ignore(): void {}
