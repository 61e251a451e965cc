import type { RequestListener, Server } from 'node:http'
import type { Socket } from 'node:net'
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify'
import { GalleyError } from '../base/error.ts'
import { httpErrors } from './errors.ts'
import { exchangeOf, type Incoming } from './exchange.ts'
import { formMembers, formType } from './form-body.ts'
import { largeBytes, parseLargeJson } from './large-json/parse-large-json.ts'
import type { HttpLimits } from './limits.ts'
import type { ClientError } from './node-server.ts'
import { parseJson } from './parse-json.ts'
import type { Route } from './routes.ts'

export interface FastifyParts {
  readonly limits: HttpLimits
  serverFor(listener: RequestListener): Server
  onClientError(error: ClientError, socket: Socket): void
  onNotFound(request: FastifyRequest): void
  onError(request: FastifyRequest, error: unknown): void
}

export const jsonTypes: readonly string[] = ['application/json', 'application/merge-patch+json']

/**
 * Makes the Fastify instance: its router and its reading of bodies are used, its replies are not (`Exchange` writes them), so
 * that nothing of it is logged or answered in its own words.
 */
export function createFastify(parts: FastifyParts): FastifyInstance {
  const { limits } = parts
  const app = Fastify({
    serverFactory: (listener) => parts.serverFor(listener),
    clientErrorHandler: (error, socket) => parts.onClientError(error as Error as ClientError, socket as Socket),
    genReqId: (request) => (request as Incoming).exchange!.id,
    bodyLimit: limits.bodyBytes,
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      reply.hijack()
      parts.onError(
        request as FastifyRequest,
        errorFromFastify(error as FastifyError, request as FastifyRequest, limits),
      )
    },
    routerOptions: {
      maxParamLength: limits.urlBytes,
      querystringParser: (query) => query as never, // protocols read it by their own grammar
    },
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser([...jsonTypes], { parseAs: 'buffer' }, (request, body, done) => {
    try {
      const value = readJson(request, body as Buffer, limits)
      if (value instanceof Promise) value.then((late) => done(null, late), done)
      else done(null, value)
    } catch (error) {
      done(error as Error)
    }
  })
  app.addContentTypeParser(formType, { parseAs: 'buffer' }, (request, body, done) => {
    try {
      done(null, readForm(request, body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    reply.hijack()
    parts.onError(request, errorFromFastify(error, request, limits))
  })
  app.setNotFoundHandler((request, reply) => {
    reply.hijack()
    parts.onNotFound(request)
  })
  return app
}

/** No route has a schema: what is sent is checked below. Fastify's own compilers for them are a hundred modules to load. */
function noSchemas(): never {
  throw new Error('Routes have no schemas.')
}

/** A promise of the value when the body is large. */
function readJson(request: FastifyRequest, bytes: Buffer, limits: HttpLimits): unknown {
  if (bytes.length === 0) return undefined
  checkEncoding(request)
  exchangeOf(request).bodyBytes = bytes
  return bytes.length > largeBytes ? parseLargeJson(bytes, limits.bodyDepth) : parseJson(bytes, limits.bodyDepth)
}

/** Only where the route takes forms: any page of the web can send one without asking. */
function readForm(request: FastifyRequest, bytes: Buffer): unknown {
  if (!consumedBy(routeOf(request)).includes(formType)) throw mediaTypeRefused(routeOf(request))
  checkEncoding(request)
  exchangeOf(request).bodyBytes = bytes
  return formMembers(bytes)
}

/** JSON is UTF-8 (RFC 8259, 8.1); a body that says otherwise would be misread. */
function checkEncoding({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') throw httpErrors.body_encoded()
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1]
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw httpErrors.media_type({ details: { types: 'application/json in UTF-8' } })
}

/** Fastify's own errors in our words; others as they are. */
function errorFromFastify(error: FastifyError, request: FastifyRequest, limits: HttpLimits): unknown {
  if (error instanceof GalleyError) return error
  const inOurWords = words[error.code]?.(limits, request)
  if (inOurWords !== undefined) return inOurWords
  return error.statusCode === 400 ? httpErrors.body_incomplete({ cause: error }) : error
}

const words: Readonly<Record<string, (limits: HttpLimits, request: FastifyRequest) => GalleyError>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (limits) => httpErrors.body_too_large({ details: { maxBytes: limits.bodyBytes } }),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (_limits, request) => mediaTypeRefused(routeOf(request)),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => httpErrors.body_incomplete(),
  FST_ERR_BAD_URL: () => httpErrors.url_malformed(),
  FST_ERR_MAX_PARAM_LENGTH: (limits) => httpErrors.url_too_long({ details: { maxBytes: limits.urlBytes } }),
}

/** The route that `HttpServer.mount` registered; undefined where nothing is. */
export function routeOf(request: FastifyRequest): Route | undefined {
  return (request.routeOptions.config as { route?: Route }).route
}

export function mediaTypeRefused(route: Route | undefined): GalleyError {
  return httpErrors.media_type({ details: { types: consumedBy(route).join(' or ') } })
}

export function consumedBy(route: Route | undefined): readonly string[] {
  return route?.consumes ?? jsonOnly
}
const jsonOnly = ['application/json']
