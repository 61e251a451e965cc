import type { IncomingHttpHeaders } from 'node:http'
import { httpErrors } from '../../http/errors.ts'
import type { HttpAnswer, HttpRequest } from '../../http/messages.ts'
import type { AnswerStream, ByteRange, RouteAnswer } from '../../model/feature-route.ts'
import { isKnown, isWanted } from './etag.ts'

/**
 * A download: all of it, the part that is asked for, or word that the client has it already.
 *
 * @throws http_range_unsatisfiable, and what opening the source throws.
 */
export async function streamedAnswer(
  answer: RouteAnswer,
  stream: AnswerStream,
  { method, headers }: Pick<HttpRequest, 'method' | 'headers'>,
): Promise<HttpAnswer> {
  const { bytes } = stream
  const own = headersOf(answer, stream)
  if (stream.etag !== undefined && isKnown(headers['if-none-match'], `"${stream.etag}"`)) return unchanged(own)
  const status = answer.status ?? 200
  const range = status === 200 && method === 'GET' ? wantedRange(stream, headers) : undefined
  const source = method === 'HEAD' ? undefined : await stream.open(range)
  if (range === undefined) return { status, headers: own, body: '', form: 'file', streamed: { bytes, source } }
  return {
    status: 206,
    headers: { ...own, 'Content-Range': `bytes ${range.first}-${range.last}/${bytes}` },
    body: '',
    form: 'file',
    streamed: { bytes: range.last - range.first + 1, source },
  }
}

function unchanged(headers: HttpAnswer['headers']): HttpAnswer {
  return { status: 304, headers, body: '', form: 'file', streamed: { bytes: undefined, source: undefined } }
}

/** A file that somebody sent is not a page of ours, whatever is in it. */
const cautious: Readonly<Record<string, string>> = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'private, no-cache',
}

function headersOf(
  { headers = {}, cookies = [] }: RouteAnswer,
  { type, bytes, etag }: AnswerStream,
): HttpAnswer['headers'] {
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()))
  const standing = Object.entries(cautious).filter(([name]) => !given.has(name.toLowerCase()))
  return {
    ...Object.fromEntries(standing),
    ...headers,
    'Content-Type': type,
    ...(etag !== undefined && { ETag: `"${etag}"` }),
    ...(bytes !== undefined && { 'Accept-Ranges': 'bytes' }),
    ...(cookies.length > 0 && { 'Set-Cookie': cookies }),
  }
}

/** What cannot be understood is not asked for, and so are several parts at once: the answer is the whole (RFC 9110, 14.2). */
function wantedRange({ bytes, etag }: AnswerStream, headers: IncomingHttpHeaders): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '') ?? []
  if (bytes === undefined || first === undefined || last === undefined || first + last === '') return undefined
  if (!isStillSo(headers['if-range'], etag)) return undefined
  if (first !== '' && last !== '' && Number(first) > Number(last)) return undefined
  const range = rangeWithin(first, last, bytes)
  if (range.first > range.last) throw httpErrors.range_unsatisfiable({ details: { bytes } })
  return range
}

function rangeWithin(first: string, last: string, bytes: number): ByteRange {
  if (first === '') return { first: Math.max(0, bytes - Number(last)), last: bytes - 1 }
  return { first: Number(first), last: last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1) }
}

/** Without a tag nothing tells whether the other parts are of the same bytes. Dates are not compared: they are too coarse for that. */
function isStillSo(ifRange: string | string[] | undefined, etag: string | undefined): boolean {
  if (ifRange === undefined) return true
  return etag !== undefined && typeof ifRange === 'string' && ifRange.startsWith('"') && isWanted(ifRange, `"${etag}"`)
}
