import type { LookupAddress } from 'node:dns'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { LookupFunction } from 'node:net'
import type { OutgoingAnswer, OutgoingRequest } from '../../ports/outgoing-http.ts'
import { outgoingErrors } from './errors.ts'
import { hostOf } from './resolve-target.ts'

export interface PreparedRequest extends Pick<OutgoingRequest, 'method' | 'headers' | 'body'> {
  /** The only ones that are connected to. */
  readonly addresses: readonly LookupAddress[]
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/** Sends one request on a connection of its own, and reads the answer to its end. */
export async function sendRequest(url: URL, request: PreparedRequest): Promise<OutgoingAnswer> {
  const outgoing = openRequest(url, request)
  try {
    const answered = responseTo(outgoing)
    outgoing.end(request.body)
    const response = await answered
    return await readAnswer(response, hostOf(url), request)
  } finally {
    outgoing.destroy()
  }
}

function openRequest(url: URL, { method = 'GET', headers, body, addresses, signal }: PreparedRequest): ClientRequest {
  const isSecure = url.protocol === 'https:'
  const options: RequestOptions = {
    host: hostOf(url),
    ...(url.port === '' ? {} : { port: url.port }),
    path: `${url.pathname}${url.search}`,
    method,
    headers: headersOf(url, headers, body),
    lookup: lookupOf(addresses),
    signal,
    agent: false, // a connection for each request, and none through a proxy of the environment
    maxHeaderSize: 16_384,
    insecureHTTPParser: false,
  }
  // Loaded when first needed: a server that asks nobody has no use for TLS. NODE_TLS_REJECT_UNAUTHORIZED does not reach here.
  if (isSecure) return process.getBuiltinModule('node:https').request({ ...options, rejectUnauthorized: true })
  return process.getBuiltinModule('node:http').request(options)
}

/** Where a message ends and whom it is for is not for the caller to say. */
const ownHeaders = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'upgrade',
  'expect',
  'te',
]

function headersOf(
  url: URL,
  given: OutgoingRequest['headers'] = {},
  body: OutgoingRequest['body'],
): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': 'galley', accept: '*/*' }
  for (const [name, value] of Object.entries(given)) headers[name.toLowerCase()] = value
  for (const name of ownHeaders) delete headers[name]
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body))
  return { ...headers, host: url.host, connection: 'close', 'accept-encoding': 'identity' }
}

/** Answers every question for a name with what has been found and permitted before. */
function lookupOf(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, done) => {
    if (options.all) done(null, [...addresses])
    else done(null, addresses[0]!.address, addresses[0]!.family)
  }
}

function responseTo(outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once('response', resolve)
    outgoing.once('upgrade', () => reject(new Error('The other side changes to a protocol that was not asked for.')))
    outgoing.on('error', reject) // stays: the connection may break after the answer has begun
  })
}

async function readAnswer(
  response: IncomingMessage,
  host: string,
  { method, maxBytes }: PreparedRequest,
): Promise<OutgoingAnswer> {
  const headers = joinedHeaders(response)
  const tooLarge = () => outgoingErrors.too_large({ details: { host, maxBytes } })
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw outgoingErrors.packed({ details: { host } })
  const isWithoutBody = method === 'HEAD' || response.statusCode === 304
  if (!isWithoutBody && Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  return { status: response.statusCode!, headers, bytes, text: () => bytes.toString('utf8') }
}

function joinedHeaders(response: IncomingMessage): Record<string, string> {
  const entries = Object.entries(response.headersDistinct)
  return Object.fromEntries(entries.map(([name, values]) => [name, values!.join(', ')]))
}
