import type { Log } from '../ports/log.ts'
import type { Exchange } from './exchange.ts'
import { healthPaths } from './health.ts'
import { traceId } from './request-id.ts'

/** Writes one line per request when its answer has left, or when the client has. */
export function logExchange(log: Log, exchange: Exchange): void {
  const { request, response } = exchange
  const line = {
    requestId: exchange.id,
    traceId: traceId(request.headers.traceparent),
    method: request.method,
    url: shownUrl(exchange),
    status: response.headersSent ? response.statusCode : undefined,
    durationMs: Math.round((performance.now() - exchange.startedMs) * 10) / 10,
    isAborted: response.writableFinished ? undefined : true,
  }
  if (healthPaths.has(exchange.path)) log.debug(line, 'health')
  else log.info(line, 'request')
}

const secretWords = /password|secret|token|api-?key/i

/** A query that names something secret is left out as a whole. */
function shownUrl({ request, path }: Exchange): string {
  const { url = '/' } = request
  return secretWords.test(url) ? path : url
}
