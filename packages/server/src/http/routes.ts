import type { MaybePromise } from '../base/maybe-promise.ts'
import type { HttpAnswer, HttpRequest } from './messages.ts'

/** Who is asking, as far as HTTP needs to know: somebody, or nobody in particular. */
export interface Caller {
  readonly id: string | null
}

/** Methods that routes answer. */
export const routeMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** A path and method of the server and what answers there. `GET` answers `HEAD` too. */
export interface Route<C = any> {
  // any: each mount has its own kind of caller
  readonly method: Exclude<(typeof routeMethods)[number], 'HEAD'>
  /** `/api/products/:id`; a named part matches one segment, a star at the end the rest. */
  readonly path: string
  /** Media types of a body that is taken. Default: application/json. */
  readonly consumes?: readonly string[]
  /**
   * How a body is handed over: `json` parsed, `raw` as `bodyBytes`, whatever its type, `stream` while it comes. Default json.
   */
  readonly body?: 'json' | 'raw' | 'stream'
  /** More are refused with 413. Default: the limit of the server. */
  readonly maxBodyBytes?: number
  /** Media type of the answer; who does not accept it gets 406. Default: application/json. `*` leaves the choice to `handle`. */
  readonly produces?: string
  handle(request: HttpRequest, caller: C): MaybePromise<HttpAnswer>
}

/** Routes that share a way to say who is asking. */
export interface Mount<C extends Caller> {
  readonly routes: readonly Route<C>[]
  /** Called before the body is read: `request.body` is not there yet. Throws for credentials that are not good. */
  authenticate(request: HttpRequest): MaybePromise<C>
}
