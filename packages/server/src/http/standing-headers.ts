import type { AnswerForm } from './messages.ts'

/** Headers as `writeHead` takes them without further work: names and values in turn. */
export type FlatHeaders = readonly string[]

/** The headers that do not depend on the request, computed once. */
export type StandingHeaders = Readonly<Record<AnswerForm | 'empty', FlatHeaders>>

/** @param varies  names of further request headers that answers depend on. */
export function standingHeaders(varies: readonly string[]): StandingHeaders {
  const vary = ['Authorization', 'Accept', ...varies].join(', ')
  const data = [...apiSecurity, 'Vary', vary]
  return Object.freeze({
    json: Object.freeze([...data, 'Cache-Control', 'private, no-cache', 'Content-Type', 'application/json']),
    empty: Object.freeze([...data, 'Cache-Control', 'private, no-cache']),
    problem: Object.freeze([...data, 'Cache-Control', 'no-store', 'Content-Type', 'application/problem+json']),
    page: Object.freeze([...pageSecurity, 'Vary', vary]),
  })
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
