import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { ErrorFactory } from '../packages/server/src/base/error.ts'
import { issueMeanings } from '../packages/server/src/base/issue-codes.ts'

/** One `defineErrors` table, as found in the source. */
export interface ErrorTable {
  readonly path: string
  readonly area: string
  readonly errors: readonly ErrorFactory[]
}

export const errorsPagePath = 'docs/errors.md'

/**
 * Finds every `defineErrors` table of the server by importing the files that have one.
 *
 * @throws when a table is not exported, because its errors could not be documented.
 */
export async function findErrorTables(): Promise<readonly ErrorTable[]> {
  const paths = globSync('packages/server/src/**/*.ts', { exclude: (path) => path.endsWith('.test.ts') }).sort()
  const tables = await Promise.all(paths.map(tablesOfFile))
  return tables.flat().sort((one, other) => (one.area < other.area ? -1 : 1))
}

async function tablesOfFile(path: string): Promise<readonly ErrorTable[]> {
  const areas = areasDefinedIn(readFileSync(path, 'utf8'))
  if (areas.length === 0) return []
  const exported: Record<string, unknown> = await import(pathToFileURL(path).href)
  const tables = Object.values(exported)
    .filter(isErrorTable)
    .map(Object.values<ErrorFactory>)
  return areas.map((area) => {
    const errors = tables.find((table) => table[0]?.code.startsWith(`${area}_`))
    if (errors === undefined) throw new Error(`${path}: export the errors of ${area}, so that they can be documented.`)
    return { path, area, errors }
  })
}

function areasDefinedIn(source: string): readonly string[] {
  return [...source.matchAll(/= defineErrors\(\s*'(\w+)'/g)].map((match) => match[1]!)
}

function isErrorTable(value: unknown): value is Record<string, ErrorFactory> {
  const entries = typeof value === 'object' && value !== null ? Object.values(value) : []
  return (
    entries.length > 0 &&
    entries.every((entry) => typeof entry === 'function' && 'code' in entry && 'category' in entry)
  )
}

/** The page of all errors, as Markdown. */
export function errorsPage(tables: readonly ErrorTable[]): string {
  const sections = Map.groupBy(tables, (table) => table.area)
  return [introduction, ...[...sections].map(([area, parts]) => section(area, parts)), issues()].join('\n')
}

const introduction = `# Errors

Every error has a code that never changes its meaning, a category, and a sentence for the person who must act. The REST API
answers with them as \`application/problem+json\` (RFC 9457), the command line prints the sentence. Words in braces are filled in.

This page is made by \`node scripts/errors-page.ts\` from the tables in the source.
`

function section(area: string, parts: readonly ErrorTable[]): string {
  const rows = parts.flatMap((part) => part.errors).map(row)
  return `## ${area}\n\n| code | category | message |\n|---|---|---|\n${rows.join('\n')}\n`
}

function row(error: ErrorFactory): string {
  const message = error.message.replaceAll('\n', ' ').replaceAll('|', '\\|')
  return `| \`${error.code}\` | ${error.category} | ${message} |`
}

/** The codes inside `errors` of an answer. */
function issues(): string {
  const rows = Object.entries(issueMeanings).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)
  return `## Codes of single problems

The answer to an input or a query that cannot be accepted lists all its problems in \`errors\`, each with a code and a \`pointer\` to the
part that is meant. These codes do not change either.

| code | meaning |
|---|---|
${rows.join('\n')}
`
}

if (import.meta.main) writeFileSync(errorsPagePath, errorsPage(await findErrorTables()))
