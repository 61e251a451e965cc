import { type Clock, isoNow } from '../../base/clock.ts'
import type { HttpRequest } from '../../http/messages.ts'
import type { Actor } from '../../model/actor.ts'
import type { OperationContext, Operations } from '../../operations/operations.ts'
import type { UrlQueryReader } from './query-from-url.ts'

/** What the handlers of the REST API work with. */
export interface Rest {
  readonly operations: Operations
  readonly clock: Clock
  readonly queries: UrlQueryReader
  /** Begins every link: `https://shop.example`, or empty for links relative to the host. */
  readonly baseUrl: string
}

export function contextOf(request: HttpRequest, actor: Actor, { clock }: Rest): OperationContext {
  return { actor, now: isoNow(clock), requestId: request.id, arrivalRound: request.arrivalRound }
}

/** Where a record is found. */
export function recordUrl(collection: string, id: string, { baseUrl }: Rest): string {
  return `${baseUrl}/api/${collection}/${id}`
}
