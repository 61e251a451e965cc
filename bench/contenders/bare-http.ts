import { hash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** What a bare server answers: the text of the record or the page, made by the database. */
export interface Answers {
  one(id: string, done: (json: string) => void): void
  list(price: number, done: (json: string) => void): void
  own(customer: string, done: (json: string) => void): void
  create(product: Product, done: (json: string, id: string) => void): void
}

export interface Product {
  readonly name: string
  readonly description: string
  readonly price: number
  readonly category: string
}

/** The arguments of a bare server are in the environment. */
export const settings = {
  databaseUrl: process.env.DATABASE_URL!,
  /** Headers of the measured server by the kind of answer, names and values in turn: the same are sent. */
  headers: JSON.parse(process.env.BARE_HEADERS!) as Readonly<Record<'read' | 'created' | 'kept' | 'known', string[]>>,
  /** What is always answered where the measured server keeps its answer. */
  keptText: process.env.BARE_KEPT_TEXT!,
  key: process.env.BARE_KEY!,
  customer: process.env.BARE_CUSTOMER!,
}

/** What one would write by hand with nothing else: no route is looked up, nothing is checked, no header is computed twice. */
export function serveBare(answers: Answers): void {
  const read = headerWriter(settings.headers.read)
  const created = headerWriter(settings.headers.created)
  const owners = new Map([[`Bearer ${settings.key}`, settings.customer]])

  const server = createServer((request, response) => {
    const url = request.url!
    if (request.method === 'POST')
      return body(request, (text) =>
        answers.create(JSON.parse(text), (json, id) => created(response, 201, json, '"1"', `/api/products/${id}`)),
      )
    if (url.startsWith('/api/products/')) return answers.one(url.slice(14), (json) => read(response, 200, json, '"1"'))
    if (url.startsWith('/api/orders'))
      return answers.own(owners.get(request.headers.authorization!)!, (json) => read(response, 200, json, tag(json)))
    if (url.startsWith('/api/categories')) return constant(request, response)
    const price = Number(url.slice(url.indexOf('[gte]=') + 6, url.indexOf('&')))
    return answers.list(price, (json) => read(response, 200, json, tag(json)))
  })
  const kept = headerWriter(settings.headers.kept)
  const known = headerWriter(settings.headers.known)
  const { keptText } = settings
  const keptTag = tag(keptText)
  function constant(request: IncomingMessage, response: ServerResponse): void {
    if (request.headers['if-none-match'] === keptTag) known(response, 304, '', keptTag)
    else kept(response, 200, keptText, keptTag)
  }

  server.listen(Number(process.env.PORT), '127.0.0.1')
  process.on('SIGTERM', () => process.exit(0))
}

type Write = (response: ServerResponse, status: number, json: string, tag: string, location?: string) => void

/** One array for all answers: only the values of the request at hand are put into it before it is written. */
function headerWriter(standing: readonly string[]): Write {
  const headers = [...standing]
  const placeOf = (name: string) =>
    headers.findIndex((text, index) => index % 2 === 0 && text.toLowerCase() === name) + 1
  const [tagAt, idAt, lengthAt] = [placeOf('etag'), placeOf('x-request-id'), placeOf('content-length')]
  const locationAt = placeOf('location')
  return (response, status, json, tag, location) => {
    headers[tagAt] = tag
    headers[idAt] = randomUUID()
    if (lengthAt > 0) headers[lengthAt] = String(Buffer.byteLength(json))
    if (location !== undefined) headers[locationAt] = location
    response.writeHead(status, headers)
    response.end(json)
  }
}

function tag(json: string): string {
  return `"${hash('sha256', json, 'base64url')}"`
}

function body(request: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => done(Buffer.concat(chunks).toString()))
}

/** A page of 20 from 21 rows of their text, with what a next page would begin after. */
export function pageFrom(texts: readonly string[], after: string): string {
  const next = texts.length > 20 ? `"${Buffer.from(after).toString('base64url')}"` : null
  return `{"data":[${texts.slice(0, 20).join(',')}],"page":{"next":${next},"previous":null,"size":${Math.min(20, texts.length)}}}`
}
