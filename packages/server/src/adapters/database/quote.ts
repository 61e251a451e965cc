/** A name as SQL: `"order"`. Every name is quoted, so that words of SQL can be names. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Names as SQL: `"a", "b"`. */
export function quoteNames(names: readonly string[]): string {
  return names.map(quoteName).join(', ')
}

/** Text as an SQL literal, for databases where a backslash is only a backslash. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
