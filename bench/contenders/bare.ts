import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import { newId } from '../../packages/server/src/base/id.ts'

/**
 * What one would write by hand around the same statements, with nothing else: the limit on this platform.
 *
 * Arguments: the database file, and a file with the headers that the measured server sends, to send the same.
 */
const [, , file, headersFile] = process.argv
const headers = JSON.parse(readFileSync(headersFile!, 'utf8')) as Record<string, string>
const database = new DatabaseSync(file!)
database.exec(
  'pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma busy_timeout = 5000',
)

const productJson = `json_object('id', id, 'createdAt', created_at, 'updatedAt', updated_at, 'version', version, 'name', name,
  'description', description, 'price', price, 'category', category_id)`
const one = database.prepare(`select ${productJson} from products where id = ?`)
const list =
  database.prepare(`select json_object('id', p.id, 'createdAt', p.created_at, 'updatedAt', p.updated_at, 'version', p.version,
  'name', p.name, 'description', p.description, 'price', p.price,
  'category', (select json_object('id', c.id, 'createdAt', c.created_at, 'updatedAt', c.updated_at, 'version', c.version, 'name', c.name, 'slug', c.slug)
    from categories c where c.id = p.category_id))
  from products p where p.price >= ? order by p.price, p.id limit 21`)
const insert =
  database.prepare(`insert into products (id, created_at, updated_at, version, name, description, price, category_id)
  values (?, ?, ?, 1, ?, ?, ?, ?) returning ${productJson}`)
for (const statement of [one, list, insert]) statement.setReturnArrays(true)

const server = createServer((request, response) => {
  const url = request.url!
  if (request.method === 'POST') return create(request, response)
  if (url.startsWith('/api/products/')) return send(response, 200, text(one.get(url.slice(14))))
  const rows = list.all(Number(/gte\]=(\d+)/.exec(url)![1])).slice(0, 20)
  return send(response, 200, `{"data":[${rows.map(text).join(',')}],"page":{"next":null,"previous":null,"size":20}}`)
})

function create(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { name, description, price, category } = JSON.parse(Buffer.concat(chunks).toString()) as Record<
      string,
      string
    >
    const now = new Date().toISOString()
    send(response, 201, text(insert.get(newId(), now, now, name!, description!, price!, category!)))
  })
}

function text(row: unknown): string {
  return (row as readonly string[])[0]!
}

function send(response: import('node:http').ServerResponse, status: number, body: string): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

server.listen(0, '127.0.0.1', () => console.log(`ready ${(server.address() as { port: number }).port}`))
process.on('SIGTERM', () => process.exit(0))
