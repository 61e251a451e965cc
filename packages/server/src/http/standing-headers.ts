import type { AnswerForm } from './messages.ts'
import { validateHeaderName, validateHeaderValue } from './node-http.ts'

/** Headers as `writeHead` takes them without further work: names and values in turn. */
export type FlatHeaders = readonly string[]

/** Headers ready to be sent, in both ways that `Outgoing` has. */
export interface PreparedHeaders {
  readonly flat: FlatHeaders
  /** The status line of the answers that come most often, and these headers, as they stand on the wire. */
  readonly texts: { readonly 200: string; readonly 201: string; readonly 304: string }
}

/** The headers that do not depend on the request, computed once. */
export type StandingHeaders = Readonly<Record<AnswerForm | 'empty', PreparedHeaders>>

/**
 * @param varies   names of further request headers that answers depend on.
 * @param further  more headers for all answers.
 */
export function standingHeaders(varies: readonly string[], further: FlatHeaders = []): StandingHeaders {
  const vary = ['Vary', ['Authorization', 'Accept', ...varies].join(', ')]
  const data = [...apiSecurity, ...vary, ...further]
  return Object.freeze({
    json: prepared([...data, 'Cache-Control', 'private, no-cache', 'Content-Type', 'application/json']),
    empty: prepared([...data, 'Cache-Control', 'private, no-cache']),
    problem: prepared([...data, 'Cache-Control', 'no-store', 'Content-Type', 'application/problem+json']),
    page: prepared([...pageSecurity, ...vary, ...further]),
    ownPage: prepared([...security, ...vary, ...further]),
    file: prepared([...securityOfFiles, ...vary, ...further]),
  })
}

function prepared(headers: string[]): PreparedHeaders {
  for (let index = 0; index < headers.length; index += 2) {
    validateHeaderName(headers[index]!)
    validateHeaderValue(headers[index]!, headers[index + 1]!)
  }
  return Object.freeze({
    flat: Object.freeze(headers),
    texts: {
      200: ['HTTP/1.1 200 OK', ...headerLines(headers), ''].join('\r\n'),
      201: ['HTTP/1.1 201 Created', ...headerLines(headers), ''].join('\r\n'),
      304: ['HTTP/1.1 304 Not Modified', ...headerLines(headers), ''].join('\r\n'),
    },
  })
}

/** Headers as they stand on the wire, without the ends of the lines. */
export function headerLines(headers: FlatHeaders): string[] {
  const lines: string[] = []
  for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}`)
  return lines
}

/**
 * The values of helmet 8 (`helmet()` without options), except for Content-Security-Policy. They are here as text because
 * setting them for each reply by the plugin halves the speed of a read (docs/decisions/answers-are-written-raw.md).
 */
const security: FlatHeaders = [
  'Cross-Origin-Opener-Policy',
  'same-origin',
  'Cross-Origin-Resource-Policy',
  'same-origin',
  'Origin-Agent-Cluster',
  '?1',
  'Referrer-Policy',
  'no-referrer',
  'Strict-Transport-Security',
  'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options',
  'nosniff',
  'X-DNS-Prefetch-Control',
  'off',
  'X-Download-Options',
  'noopen',
  'X-Frame-Options',
  'SAMEORIGIN',
  'X-Permitted-Cross-Domain-Policies',
  'none',
  'X-XSS-Protection',
  '0',
]

/** Which pages may embed a file depends on the file. */
const securityOfFiles: FlatHeaders = security.filter(
  (_text, index) => security[index - (index % 2)] !== 'Cross-Origin-Resource-Policy',
)

/** Nothing in an answer of the API is ever run or framed. */
const apiSecurity: FlatHeaders = ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'", ...security]

/** Pages run their own files and nothing else: no inline script or style, no other host. */
const pageSecurity: FlatHeaders = [
  'Content-Security-Policy',
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
  ].join('; '),
  ...security,
]
