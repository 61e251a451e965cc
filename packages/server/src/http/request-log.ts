import type { Log } from '../ports/log.ts'
import type { Exchange } from './exchange.ts'
import { healthPaths } from './health.ts'
import { traceId } from './request-id.ts'

/** A read that took longer is worth a line by itself. */
const slowMs = 1_000

/**
 * Writes one line per request when its answer has left, or when the client has.
 *
 * A read that went well is told at the level `debug`: its line would cost a third of what the read itself costs, and says little.
 */
export function logExchange(log: Log, exchange: Exchange): void {
  const durationMs = performance.now() - exchange.startedMs
  const level = levelOf(exchange, durationMs)
  if (level === 'debug' && log.isDebug === false) return
  const { request, response } = exchange
  log[level](
    {
      requestId: exchange.id,
      traceId: traceId(request.headers.traceparent),
      method: request.method,
      url: shownUrl(exchange),
      status: response.headersSent ? response.statusCode : undefined,
      durationMs: Math.round(durationMs * 10) / 10,
      isAborted: response.writableFinished ? undefined : true,
    },
    'request',
  )
}

function levelOf({ method, response, path }: Exchange, durationMs: number): 'debug' | 'info' {
  const isRead = method === 'GET' || method === 'HEAD'
  const wentWell = response.statusCode < 400 && durationMs < slowMs && response.writableFinished
  return (isRead && wentWell) || healthPaths.has(path) ? 'debug' : 'info'
}

/** `code` and `state` are what providers of accounts send browsers back with. */
const secretWords = /password|secret|token|api-?key|[?&](?:code|state|handle)=/i

/** A query that names something secret is left out as a whole. */
function shownUrl({ request, path }: Exchange): string {
  const { url = '/' } = request
  return secretWords.test(url) ? path : url
}
