import findMyWay from 'find-my-way'
import { httpErrors } from './errors.ts'
import type { HttpLimits } from './limits.ts'
import { type Route, routeMethods } from './routes.ts'

/** Where a request belongs, and what its path and query say. */
export interface Found<T> {
  readonly to: T
  readonly params: Readonly<Record<string, string>>
  /** Raw, without the question mark. */
  readonly query: string
}

/** Finds what answers a method and path. */
export class Router<T> {
  readonly #router: findMyWay.Instance<findMyWay.HTTPVersion.V1>

  constructor(limits: HttpLimits) {
    this.#router = findMyWay({
      maxParamLength: limits.urlBytes,
      querystringParser: (query) => query as never, // protocols read it by their own grammar
      onBadUrl: ignore,
    })
  }

  add({ method, path }: Pick<Route, 'method' | 'path'>, to: T): void {
    this.#router.on(method === 'GET' ? ['GET', 'HEAD'] : method, path, ignore, to)
  }

  /** @throws http_url_malformed */
  find(method: string, url: string): Found<T> | undefined {
    const found = this.#router.find(method as findMyWay.HTTPMethod, url)
    if (found === null) return undefined
    const { store, params, searchParams } = found
    if (store === null) throw httpErrors.url_malformed() // by `onBadUrl`
    return { to: store as T, params: params as Record<string, string>, query: searchParams as unknown as string }
  }

  /** Of a path, or of the whole server (`*`). */
  methodsAt(path: string): readonly string[] {
    return routeMethods.filter((method) => path === '*' || this.find(method, path) !== undefined)
  }
}

function ignore(): void {}
