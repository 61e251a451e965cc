import type { MaybePromise } from '../base/maybe-promise.ts'
import { ArrivingBody } from './arriving-body.ts'
import { BodyStream, bodyTooLarge } from './body-stream.ts'
import { type ContentType, contentTypeFrom } from './content-type.ts'
import { httpErrors } from './errors.ts'
import type { Exchange } from './exchange.ts'
import { formMembers, formType } from './form-body.ts'
import { largeBytes, parseLargeJson } from './large-json/parse-large-json.ts'
import type { HttpLimits } from './limits.ts'
import { parseJson } from './parse-json.ts'
import type { Route } from './routes.ts'

/** Begins to keep the body of a request. To be called when its headers are there, before anything waits. */
export function expectBody({ request }: Exchange, route: Route, limits: HttpLimits): void {
  const maxBytes = maxBytesOf(route, limits)
  if (route.body !== 'stream' && announcedBytes(request.headers) <= maxBytes) request.body = new ArrivingBody(maxBytes)
}

/** The most bytes that a body of this route has. */
export function maxBytesOf({ maxBodyBytes }: Route, { bodyBytes }: HttpLimits): number {
  return maxBodyBytes ?? bodyBytes
}

/**
 * The body for a route that reads it while it comes.
 *
 * @throws http_media_type, http_body_encoded  and http_body_too_large, as far as the headers tell.
 */
export function streamedBody({ request }: Exchange, route: Route, limits: HttpLimits): BodyStream {
  const { headers } = request
  const maxBytes = maxBytesOf(route, limits)
  const isSent = headers['transfer-encoding'] !== undefined || announcedBytes(headers) > 0
  if (isSent && !mayBeTaken(contentTypeOf(request).mediaType, route)) throw mediaTypeRefused(route)
  checkEncoding(headers['content-encoding'], undefined)
  if (announcedBytes(headers) > maxBytes) throw bodyTooLarge(maxBytes)
  return new BodyStream(request, maxBytes)
}

/**
 * The body that is still to be waited for; undefined when nothing is sent.
 *
 * @throws http_media_type  and http_body_too_large, as far as the headers tell.
 */
export function awaitedBody({ request }: Exchange, route: Route, limits: HttpLimits): ArrivingBody | undefined {
  const { headers, body } = request
  const type = headers['content-type']
  if (type === undefined && headers['transfer-encoding'] === undefined && announcedBytes(headers) === 0)
    return undefined
  if (!mayBeTaken(contentTypeOf(request).mediaType, route)) throw mediaTypeRefused(route)
  if (body === undefined) throw tooLarge(route, limits)
  return body
}

/**
 * Reads what has come. A promise of the value when the body is large.
 *
 * @param bytes  undefined: there were too many.
 */
export function bodyValue(
  exchange: Exchange,
  bytes: Buffer | undefined,
  route: Route,
  limits: HttpLimits,
): MaybePromise<unknown> {
  if (bytes === undefined) throw tooLarge(route, limits)
  if (bytes.length === 0) return undefined
  if (route.body === 'raw') {
    exchange.bodyBytes = bytes
    return undefined
  }
  const { mediaType, charset } = contentTypeOf(exchange.request)
  checkEncoding(exchange.headers['content-encoding'], charset)
  if (!consumedBy(route).includes(mediaType)) throw mediaTypeRefused(route)
  exchange.bodyBytes = bytes
  return parsers.get(mediaType)!(bytes, limits)
}

function announcedBytes(headers: Exchange['headers']): number {
  return Number(headers['content-length'] ?? 0)
}

function contentTypeOf({ headers }: Exchange['request']): ContentType {
  return contentTypeFrom(headers['content-type'] ?? '')
}

/** A form only where the route takes forms, even an empty one: any page of the web can send it without asking. */
function mayBeTaken(mediaType: string, route: Route): boolean {
  if (takesBytes(route)) return route.consumes === undefined || route.consumes.includes(mediaType)
  return jsonTypes.includes(mediaType) || consumedBy(route).includes(mediaType)
}

function takesBytes({ body = 'json' }: Route): boolean {
  return body !== 'json'
}

const jsonTypes: readonly string[] = ['application/json', 'application/merge-patch+json']

const parsers: ReadonlyMap<string, (bytes: Buffer, limits: HttpLimits) => unknown> = new Map([
  ...jsonTypes.map((type) => [type, json] as const),
  [formType, formMembers],
])

function json(bytes: Buffer, { bodyDepth }: HttpLimits): unknown {
  return bytes.length > largeBytes ? parseLargeJson(bytes, bodyDepth) : parseJson(bytes, bodyDepth)
}

/** JSON is UTF-8 (RFC 8259, 8.1); a body that says otherwise would be misread. */
function checkEncoding(encoding: string | undefined, charset: string | undefined): void {
  if (encoding !== undefined && encoding !== 'identity') throw httpErrors.body_encoded()
  if (charset !== undefined && !/^utf-?8$/i.test(charset))
    throw httpErrors.media_type({ details: { types: 'application/json in UTF-8' } })
}

function tooLarge(route: Route, limits: HttpLimits): Error {
  return bodyTooLarge(maxBytesOf(route, limits))
}

function mediaTypeRefused(route: Route): Error {
  return httpErrors.media_type({ details: { types: consumedBy(route).join(' or ') } })
}

function consumedBy(route: Route): readonly string[] {
  return route.consumes ?? jsonOnly
}

const jsonOnly = ['application/json']
