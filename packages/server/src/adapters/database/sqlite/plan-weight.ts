/** What is to be expected of a statement before it has ever run. */
export type ExpectedWeight =
  /** Finds single rows by a unique key: nothing that grows with its table. */
  | 'exact'
  /** Stops after some rows of an index, or has small tables only. */
  | 'quick'
  /** May look at all of a large table. */
  | 'heavy'

/**
 * Judges a statement by its text and the lines of `explain query plan`.
 *
 * A guess: it keeps the first run of a statement from stopping everything. From then on its own times are known, see
 * `statement-weight.ts`.
 * @param isLarge  tells of a table by name; asked only when it matters.
 */
export function weightFromPlan(
  text: string,
  plan: readonly string[],
  isLarge: (table: string) => boolean,
): ExpectedWeight {
  if (plan.includes('RECURSIVE STEP')) return 'heavy'
  const loops = plan.filter((line) => loop.test(line))
  if (loops.every((line) => exactLoop.test(line))) return 'exact'
  const tables = tablesOf(text)
  const large = loops.filter((line) => mayBeLarge(line, tables, isLarge))
  if (large.length === 0) return 'quick'
  return isBounded(text, plan) && large.every((line) => stopsEarly(line, text)) ? 'quick' : 'heavy'
}

const loop = /^(?:SCAN (?!CONSTANT ROW|\(|json_each |json_tree )|SEARCH )/
const exactLoop =
  /^SEARCH \S+ (?:EXISTS )?USING (?:INTEGER PRIMARY KEY \(rowid=\?\)|(?:COVERING )?INDEX sqlite_autoindex_\S+ \(id=\?\))/

/** The names of tables by the names that the plan gives them. */
function tablesOf(text: string): ReadonlyMap<string, string> {
  const tables = new Map<string, string>()
  for (const [, table = '', alias = table] of text.matchAll(fromTable)) tables.set(bare(alias), bare(table))
  return tables
}

const fromTable = /\b(?:from|join)\s+("[^"]+"|\w+)(?:\s+as\s+("[^"]+"|\w+))?/gi

function bare(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1) : name
}

function mayBeLarge(line: string, tables: ReadonlyMap<string, string>, isLarge: (table: string) => boolean): boolean {
  if (exactLoop.test(line)) return false
  if (line.includes(' VIRTUAL TABLE ')) return [...tables.values()].some(isLarge) // a search is as large as what it searches
  const table = tables.get(line.split(' ')[1] ?? '')
  return table !== undefined && isLarge(table)
}

/** Whether rows come one after the other, and no more than asked for: nothing is sorted, counted or indexed first. */
function isBounded(text: string, plan: readonly string[]): boolean {
  return (
    /\blimit\b/i.test(text) &&
    !/\b(?:count|sum|total|avg|min|max)\(|\bgroup by\b/i.test(text) &&
    !plan.some((line) => /^USE TEMP B-TREE FOR (?!LAST )|AUTOMATIC|VIRTUAL TABLE|^MATERIALIZE/.test(line))
  )
}

/** A search goes through what its index has found; a scan through everything, unless each row is one that is wanted. */
function stopsEarly(line: string, text: string): boolean {
  if (line.startsWith('SEARCH ')) return true
  const alias = line.split(' ')[1] ?? ''
  return new RegExp(`\\b(?:from|as) "?${alias}"? (?:where 1 = 1 )?(?:order by|limit)\\b`, 'i').test(text)
}
