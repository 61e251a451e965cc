import type { IncomingMessage } from 'node:http'
import type { FlatHeaders } from './standing-headers.ts'

/** Answers the question whether pages of other origins may call (Fetch standard, CORS protocol). */
export interface Cors {
  /** Headers for the answer to this request; none when its origin may not call, or it has none. */
  headersFor(request: IncomingMessage): FlatHeaders
  /** Further headers when the request is a preflight: what the real request may bring. */
  preflightHeadersFor(request: IncomingMessage, allow: string): FlatHeaders
  /** Request headers that answers depend on. */
  readonly varies: readonly string[]
}

const none: FlatHeaders = Object.freeze([])

const exposed = [
  'Content-Location',
  'ETag',
  'Idempotency-Replayed',
  'Location',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
].join(', ')

const taken = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Prefer',
  'Traceparent',
  'X-Request-Id',
].join(', ')

/** @param origins  `https://shop.example`; `*` is any. Cookies are never let through. */
export function corsFor(origins: readonly string[]): Cors {
  if (origins.length === 0) return { headersFor: () => none, preflightHeadersFor: () => none, varies: [] }
  const isOpen = origins.includes('*')
  const prepared = new Map(origins.map(asSent).map((origin) => [origin, answerHeaders(origin)]))
  const headersFor = ({ headers: { origin } }: IncomingMessage) =>
    origin === undefined ? none : (prepared.get(isOpen ? '*' : origin) ?? none)
  return {
    headersFor,
    preflightHeadersFor(request, allow) {
      const isPreflight = request.headers['access-control-request-method'] !== undefined
      return isPreflight && headersFor(request) !== none ? preflightHeaders(allow) : none
    },
    varies: isOpen ? [] : ['Origin'],
  }
}

/** As browsers send an origin: in lower case, without a usual port, without a slash at the end. */
function asSent(origin: string): string {
  return URL.parse(origin)?.origin ?? origin
}

function answerHeaders(origin: string): FlatHeaders {
  return Object.freeze(['Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', exposed])
}

/** Browsers keep a preflight for at most two hours (Chromium). */
function preflightHeaders(allow: string): FlatHeaders {
  return [
    'Access-Control-Allow-Methods',
    allow,
    'Access-Control-Allow-Headers',
    taken,
    'Access-Control-Max-Age',
    '7200',
  ]
}
