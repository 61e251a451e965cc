import type { Duration } from '../base/duration.ts'
import type { MaybePromise } from '../base/maybe-promise.ts'
import type { Log } from '../ports/log.ts'
import type { OutgoingFetch } from '../ports/outgoing-http.ts'
import type { LooseDb } from './db.ts'
import type { SystemEffects } from './feature.ts'

/** Events that another service sends to `POST /api/webhooks/{name}`. Made by `incomingWebhook`. */
export interface IncomingWebhook<E = any> {
  // any: whoever only collects them does not ask what they send
  readonly kind: 'incomingWebhook'
  readonly name: string
  readonly description: string | undefined
  readonly verify: VerifyWebhook
  readonly parse: (delivery: WebhookDelivery) => E
  readonly idOf: (event: E, delivery: WebhookDelivery) => string
  readonly typeOf: (event: E, delivery: WebhookDelivery) => string
  readonly keyOf: ((event: E, delivery: WebhookDelivery) => string) | undefined
  readonly handle: (context: IncomingEvent<E>) => Promise<void>
  /** Headers that are kept for `handle`, in lower case. */
  readonly headers: readonly string[]
  readonly maxBodyBytes: number
  readonly keepFor: Duration
}

/** What was sent, byte by byte. */
export interface WebhookDelivery {
  readonly rawBody: Buffer
  /** By lower-case names; of several with one name, all joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly nowMs: number
}

/**
 * Whether the sender is who it says, and sent it just now. False for whatever is wrong: the answer is 401 and does not say what it was.
 *
 * Compare in constant time. `stripeSignature` and `standardWebhooks` make the usual ones.
 */
export type VerifyWebhook = (delivery: WebhookDelivery) => MaybePromise<boolean>

/** An event of the inbox, when it is handled. */
export interface IncomingEvent<E = any> {
  // any: as above
  readonly event: E
  readonly rawBody: Buffer
  /** What the sender calls the event. */
  readonly id: string
  readonly type: string
  /** Those that are kept: `content-type`, `user-agent` and what the declaration lists. */
  readonly headers: Readonly<Record<string, string>>
  readonly receivedAt: string
  /** 1 at the first; counts on when it is replayed. */
  readonly attempt: number
  /**
   * Runs `work` as the system in one transaction, which also notes that the event is handled: what it changes is changed once, however often
   * the event arrives and whatever crashes. Once for each event; what is to come later goes into `jobs`.
   */
  transaction<T>(work: (effects: SystemEffects) => Promise<T>): Promise<T>
  /** Acts as the system, each call a transaction of its own: after a crash it is done again. */
  readonly db: LooseDb
  /** ISO 8601. */
  readonly now: string
  readonly log: Log
  readonly fetch: OutgoingFetch
  /** Aborted when the time for it is over, or the server stops. */
  readonly signal: AbortSignal
}

export interface IncomingWebhookDefinition<E> {
  /** One sentence for the documentation. */
  readonly description?: string
  readonly verify: VerifyWebhook
  /** Default: the body as JSON. Throwing refuses it with 400. Of the headers it sees only those that are kept when the event is handled. */
  parse?(delivery: WebhookDelivery): E
  /**
   * What the sender calls the event, 1 to 200 characters: the second with one id is answered and not handled.
   * Take it from what is signed.
   */
  idOf(event: E, delivery: WebhookDelivery): string
  /** For the inbox. Default: `type` of the event, where that is text. */
  typeOf?(event: E, delivery: WebhookDelivery): string
  /** Events with one key are handled one after the other, in the order they came. Default: none waits for another. */
  keyOf?(event: E, delivery: WebhookDelivery): string
  /**
   * Does what the event asks for. Runs after the sender has its answer; a failure is tried again, less and less often, for about a day.
   * Senders promise no order: look at what they say now, not at which event came last.
   */
  handle(context: IncomingEvent<E>): Promise<void>
  /** Further headers to keep. */
  readonly headers?: readonly string[]
  /** 1 to 700 000. Default 262 144. */
  readonly maxBodyBytes?: number
  /** How long it stays in the inbox, and duplicates are known. Default `30d`. */
  readonly keepFor?: Duration
}

/**
 * Declares events that another service sends to `POST /api/webhooks/{name}`.
 *
 * ```ts
 * const shipments = incomingWebhook('carrier', {
 *   verify: standardWebhooks({ secret: () => process.env.CARRIER_SECRET }),
 *   idOf: (_event, { headers }) => headers['webhook-id']!,
 *   handle: ({ event, transaction }) => transaction(async ({ db }) => { … }),
 * })
 * ```
 *
 * @param name  kebab-case, the end of the path.
 */
export function incomingWebhook<E = any>(
  // any: what a sender says is known by whoever declares it
  name: string,
  definition: IncomingWebhookDefinition<E>,
): IncomingWebhook<E> {
  const { description, verify, parse = jsonOf, idOf, typeOf = typeIn, keyOf, handle, headers = [] } = definition
  const { maxBodyBytes = 262_144, keepFor = '30d' } = definition
  const kept = Object.freeze(headers.map((header) => header.toLowerCase()))
  return Object.freeze({
    kind: 'incomingWebhook',
    ...{ name, description, verify, parse, idOf, typeOf, keyOf, handle, maxBodyBytes, keepFor },
    headers: kept,
  })
}

function jsonOf({ rawBody }: WebhookDelivery) {
  return JSON.parse(rawBody.toString('utf8'))
}

function typeIn(event: unknown): string {
  const { type } = (event ?? {}) as { readonly type?: unknown }
  return typeof type === 'string' ? type : ''
}
