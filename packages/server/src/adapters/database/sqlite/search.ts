import type { Sql, SqlDialect, TableShape } from '../../../ports/database.ts'
import { sql } from '../../../ports/sql.ts'
import { quoteName } from '../quote.ts'

/**
 * Full text in FTS5: `<table>_search` holds the words of each row under its `row_key`, kept by triggers.
 *
 * It has no copy of the text (`content=''`), and its columns are called c0, c1 …: a field may have a name that FTS5 keeps for
 * itself (`rank`), and a renamed column changes nothing. Which columns they are stands in the trigger, which SQLite rewrites.
 */
export const search: SqlDialect['search'] = (table, alias, query) => {
  const index = sql.id(`${alias}_search`)
  return {
    join: sql`inner join ${sql.id(searchTable(table))} as ${index} on ${index}.rowid = ${sql.id(alias, 'row_key')}`,
    matches: sql`${index}.${sql.id(searchTable(table))} match ${query}`,
    rank: sql`-${index}.rank`, // bm25 is better the smaller it is
  } satisfies Record<string, Sql>
}

/** Only letters, digits and their marks come through, each word in quotes: nothing in it is syntax of FTS5. */
export function encodeSearch(words: string): string | undefined {
  const found = words.split(/[^\p{L}\p{N}\p{M}]+/u).filter((word) => /[\p{L}\p{N}]/u.test(word))
  return found.length === 0 ? undefined : `${found.map((word) => `"${word}"`).join(' AND ')}*`
}

export function createSearch(table: TableShape): readonly string[] {
  const columns = table.search ?? []
  if (columns.length === 0) return []
  const parts = columns.map((_, index) => `c${index}`)
  const index = quoteName(searchTable(table.name))
  const source = columns.map(quoteName)
  return [
    `create virtual table ${index} using fts5(${parts.join(', ')}, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2')`,
    `insert into ${index} (rowid, ${parts.join(', ')}) select "row_key", ${source.join(', ')} from ${quoteName(table.name)}`,
    ...createTriggers(table.name, columns),
  ]
}

export function dropSearch(table: TableShape): readonly string[] {
  if ((table.search ?? []).length === 0) return []
  return [...dropTriggers(table.name), `drop table ${quoteName(searchTable(table.name))}`]
}

export function renameSearch(table: TableShape, to: string): readonly string[] {
  const columns = table.search ?? []
  if (columns.length === 0) return []
  return [
    ...dropTriggers(table.name),
    `alter table ${quoteName(searchTable(table.name))} rename to ${quoteName(searchTable(to))}`,
    ...createTriggers(to, columns),
  ]
}

/** The searchable columns, in the text of the trigger that inserts them. */
export function searchFromTrigger(createTrigger: string): readonly string[] {
  return [...createTrigger.matchAll(/new\."([^"]+)"/g)].map((match) => match[1] as string).slice(1)
}

export function searchTriggers(table: string): { insert: string; update: string; delete: string } {
  return { insert: `${table}_search_insert`, update: `${table}_search_update`, delete: `${table}_search_delete` }
}

function searchTable(table: string): string {
  return `${table}_search`
}

function createTriggers(table: string, columns: readonly string[]): readonly string[] {
  const names = searchTriggers(table)
  const [on, index] = [quoteName(table), quoteName(searchTable(table))]
  const source = columns.map(quoteName)
  const parts = source.map((_, position) => `c${position}`)
  const newValues = source.map((column) => `new.${column}`)
  const isChanged = source.map((column) => `old.${column} is not new.${column}`).join(' or ')
  const changes = parts.map((part, position) => `${part} = ${newValues[position]}`).join(', ')
  return [
    `create trigger ${quoteName(names.insert)} after insert on ${on} begin insert into ${index} (rowid, ${parts.join(', ')}) values (new."row_key", ${newValues.join(', ')}); end`,
    `create trigger ${quoteName(names.update)} after update of ${source.join(', ')} on ${on} when ${isChanged} begin update ${index} set ${changes} where rowid = old."row_key"; end`,
    `create trigger ${quoteName(names.delete)} after delete on ${on} begin delete from ${index} where rowid = old."row_key"; end`,
  ]
}

function dropTriggers(table: string): readonly string[] {
  return Object.values(searchTriggers(table)).map((name) => `drop trigger ${quoteName(name)}`)
}
