import type { SqlDialect, TableShape } from '../../../ports/database.ts'
import { sql } from '../../../ports/sql.ts'
import { quoteName } from '../quote.ts'

/**
 * Full text in a generated column `search_vector` with an index of its own.
 *
 * Words are runs of letters and digits, in lower case, without accents: what FTS5 finds on SQLite is found here. PostgreSQL's own
 * parser would keep `e-mail` and `example.com` whole, and its dictionaries know one language each.
 */
export const search: SqlDialect['search'] = (_table, alias, query) => {
  const vector = sql.id(alias, 'search_vector')
  return {
    join: sql``,
    matches: sql`${vector} @@ ${query}::tsquery`,
    rank: sql`ts_rank(${vector}, ${query}::tsquery, 1)::double precision`, // 1: long texts do not win by their length
  }
}

/** Only letters and digits come through, each word in quotes: nothing in it is syntax of a tsquery. */
export function encodeSearch(words: string): string | undefined {
  const plain = words.normalize('NFD').replace(/[\u0300-\u036f]/g, '')
  const found = lowerCase(plain)
    .split(/[^\p{Alphabetic}\p{Nd}]+/u)
    .filter((word) => word !== '')
  return found.length === 0 ? undefined : `${found.map((word) => `'${cut(word)}'`).join(' & ')}:*`
}

export function addSearch(table: TableShape): readonly string[] {
  const columns = table.search ?? []
  if (columns.length === 0) return []
  const name = quoteName(table.name)
  return [
    `alter table ${name} add column "search_vector" tsvector generated always as (${vectorText(columns)}) stored`,
    `create index on ${name} using gin ("search_vector")`,
  ]
}

export function dropSearch(table: TableShape): readonly string[] {
  if ((table.search ?? []).length === 0) return []
  return [`alter table ${quoteName(table.name)} drop column "search_vector"`]
}

/** The searchable columns, in the expression of `search_vector` as PostgreSQL writes it out. */
export function searchFromExpression(expression: string): readonly string[] {
  return [...expression.matchAll(/COALESCE\((?:"([^"]+)"|(\w+))/g)].map((match) => (match[1] ?? match[2]) as string)
}

/** A tsvector takes at most 1 MB: so many characters fit, whatever they are. What comes after them is not searched. */
const maxCharacters = 100_000

function vectorText(columns: readonly string[]): string {
  const all = columns.map((column) => `coalesce(${quoteName(column)}, '')`).join(` || ' ' || `)
  const plain = `regexp_replace(normalize(left(${all}, ${maxCharacters}), NFD), '[\\u0300-\\u036f]', '', 'g')`
  return `to_tsvector('simple', regexp_replace(lower(${plain} collate "pg_c_utf8"), '[^[:alnum:]]+', ' ', 'g'))`
}

// Letter by letter, as PostgreSQL does it: JavaScript's own lower case of Σ depends on its neighbours.
function lowerCase(text: string): string {
  return text.replace(/[\p{Lu}\p{Lt}]/gu, (letter) => letter.toLowerCase())
}

/** PostgreSQL refuses words of more than 2046 bytes, in a query, and leaves them out of a vector. */
function cut(word: string): string {
  return Array.from(word).slice(0, 500).join('')
}
