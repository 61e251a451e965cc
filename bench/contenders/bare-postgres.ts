import pg from 'pg'
import { newId } from '../../packages/server/src/base/id.ts'
import { pageFrom, serveBare, settings } from './bare-http.ts'

// Each connection takes the next statement before it has answered the last one. For reads few are best, because more goes out and
// comes in at once; for writes many, because each waits for the disk.
const readers = await connections(3)
const writers = await connections(10)

function connections(count: number): Promise<readonly pg.Client[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const client = new pg.Client({ connectionString: settings.databaseUrl, pipeline: true } as pg.ClientConfig)
      await client.connect()
      return client
    }),
  )
}

const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const record = (alias: string) =>
  `'{"id":"' || ${alias}.id || '","createdAt":"' || ${instant(`${alias}.created_at`)} || '","updatedAt":"' ||
   ${instant(`${alias}.updated_at`)} || '","version":' || ${alias}.version`
const text = (column: string) => `to_json(${column})::text`
const product = (category: string) =>
  `${record('p')} || ',"name":' || ${text('p.name')} || ',"description":' || ${text('p.description')} ||
   ',"price":' || p.price || ',"category":' || ${category} || '}'`

const one = { name: 'one', text: `select ${product(`'"' || p.category_id || '"'`)} from products p where p.id = $1` }
const list = {
  name: 'list',
  text: `select ${product(`${record('c')} || ',"name":' || ${text('c.name')} || ',"slug":' || ${text('c.slug')} || '}'`)}, p.price, p.id
    from products p inner join categories c on c.id = p.category_id
    where p.price >= $1 order by p.price, p.id limit 21`,
}
const own = {
  name: 'own',
  text: `select ${record('o')} || ',"title":' || ${text('o.title')} || ',"total":' || o.total || ',"owner":"' || o.owner_id || '"}', o.total, o.id
    from orders o where o.owner_id = $1 order by o.total desc, o.id desc limit 21`,
}
const insert = {
  name: 'insert',
  text: `insert into products as p (id, created_at, updated_at, version, name, description, price, category_id)
    values ($1, $2, $2, 1, $3, $4, $5, $6) returning ${product(`'"' || p.category_id || '"'`)}`,
}

type Row = readonly [text: string, sorted: string, id: string]
let turn = 0

function query(
  clients: readonly pg.Client[],
  statement: { name: string; text: string },
  values: unknown[],
  done: (rows: readonly Row[]) => void,
): void {
  turn += 1
  const asked: pg.QueryArrayConfig = { ...statement, values, rowMode: 'array' }
  clients[turn % clients.length]!.query(asked, (error: Error | null, result: pg.QueryArrayResult) => {
    if (error !== null) throw error
    done(result.rows as unknown as readonly Row[])
  })
}

function page(rows: readonly Row[]): string {
  const last = rows[19]
  return pageFrom(
    rows.map(([text]) => text),
    last === undefined ? '' : `[${last[1]},"${last[2]}"]`,
  )
}

serveBare({
  one: (id, done) => query(readers, one, [id], (rows) => done(rows[0]![0])),
  list: (price, done) => query(readers, list, [price], (rows) => done(page(rows))),
  own: (customer, done) => query(readers, own, [customer], (rows) => done(page(rows))),
  create({ name, description, price, category }, done) {
    const id = newId()
    const values = [id, new Date().toISOString(), name, description, price, category]
    query(writers, insert, values, (rows) => done(rows[0]![0], id))
  },
})
