import type { RequestListener, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { GalleyError } from '../base/error.ts'
import { newId } from '../base/id.ts'
import { httpErrors } from './errors.ts'
import { Incoming } from './exchange.ts'
import { fixedLimits, type HttpLimits } from './limits.ts'
import { createServer, STATUS_CODES } from './node-http.ts'
import { Outgoing } from './outgoing.ts'
import { problemAnswer } from './problem.ts'
import { type FlatHeaders, headerLines } from './standing-headers.ts'

/** A server of Node whose limits hold before anything of ours sees a request. */
export function createNodeServer(
  limits: HttpLimits,
  receive: RequestListener<typeof Incoming, typeof Outgoing>,
): Server {
  const server = createServer(
    {
      IncomingMessage: Incoming,
      ServerResponse: Outgoing,
      maxHeaderSize: limits.headerBytes,
      headersTimeout: Math.min(fixedLimits.headersMs, limits.requestMs),
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: fixedLimits.checkEveryMs,
      keepAliveTimeout: fixedLimits.keepAliveMs,
      requireHostHeader: false, // `HttpServer` asks for it, to answer in our own words
    },
    receive,
  )
  server.maxRequestsPerSocket = fixedLimits.requestsPerSocket
  server.maxConnections = fixedLimits.connections
  return server as unknown as Server // the listener's message class is ours, the server is Node's all the same
}

/** Answers bytes that are not a request, on the socket itself, and closes it. */
export function refuseBytes(error: ClientError, socket: Socket, limits: HttpLimits, headers: FlatHeaders): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const context = { requestId: newId(), instance: '' }
  const { status, body } = problemAnswer(refusal(error, limits), context)
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...headerLines(headers)]
  lines.push(`X-Request-Id: ${context.requestId}`, `Content-Length: ${body.length}`, 'Connection: close', '', `${body}`)
  socket.write(lines.join('\r\n'))
  socket.destroySoon()
}

export interface ClientError extends Error {
  readonly code?: string
  /** What had arrived. */
  readonly rawPacket?: Buffer
}

function refusal(error: ClientError, limits: HttpLimits): GalleyError {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return httpErrors.receive_timeout()
  if (error.code !== 'HPE_HEADER_OVERFLOW') return httpErrors.malformed({ cause: error })
  const requestLine = error.rawPacket?.indexOf('\r\n') ?? 0
  if (requestLine === -1 || requestLine > limits.urlBytes)
    return httpErrors.url_too_long({ details: { maxBytes: limits.urlBytes } })
  return httpErrors.headers_too_large({ details: { maxBytes: limits.headerBytes } })
}
