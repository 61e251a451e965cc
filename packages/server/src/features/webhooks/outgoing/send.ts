import { GalleyError, type OutgoingFetch, standardWebhookHeaders } from '../../../plugin.ts'
import type { LoggedAttempt, WebhookEvent } from './tables.ts'

export interface SendRequest {
  readonly event: WebhookEvent
  readonly url: string
  /** To sign with. */
  readonly keys: () => readonly Buffer[]
  readonly nowMs: number
  readonly userAgent: string
}

/** How an attempt ended. */
export interface Sent {
  readonly logged: LoggedAttempt
  readonly status: number | undefined
  /** The header `Retry-After` of the answer. */
  readonly retryAfter: string | undefined
}

const timeoutMs = 15_000

/**
 * Sends an event once, signed by Standard Webhooks. What goes wrong on the way is an answer too.
 *
 * @throws the reason of the signal, when that gives up.
 */
export async function send(request: SendRequest, fetch: OutgoingFetch, signal: AbortSignal): Promise<Sent> {
  const { url, nowMs } = request
  const startedMs = performance.now()
  const logged = (more: object): LoggedAttempt => ({
    at: new Date(nowMs).toISOString(),
    durationMs: Math.round(performance.now() - startedMs),
    ...more,
  })
  try {
    const answer = await fetch(url, { method: 'POST', ...messageOf(request), timeoutMs, signal })
    const { status, headers } = answer
    return {
      logged: logged({ status, answer: beginningOf(answer.bytes) }),
      status,
      retryAfter: headers['retry-after'],
    }
  } catch (error) {
    if (signal.aborted) throw error
    return { logged: logged({ error: sentenceOf(error) }), status: undefined, retryAfter: undefined }
  }
}

function messageOf({ event, keys, nowMs, userAgent }: SendRequest) {
  const { id, type, createdAt: timestamp, data } = event
  const body = JSON.stringify({ type, timestamp, data })
  const signed = standardWebhookHeaders({ id, timestamp: Math.floor(nowMs / 1_000), body }, keys())
  return { body, headers: { 'Content-Type': 'application/json', 'User-Agent': userAgent, ...signed } }
}

/** As the database takes it: whole characters, without NUL. */
function beginningOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 2_000)).toString('utf8').replaceAll('\0', '').slice(0, 500).toWellFormed()
}

/** Only what is made to be shown: a cause may tell how the network inside looks. */
function sentenceOf(error: unknown): string {
  return error instanceof GalleyError ? error.message : 'It could not be sent.'
}
