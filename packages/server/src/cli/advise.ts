import { readFileSync, statSync } from 'node:fs'
import { type Advice, advise, type Finding, reasonsAgainst } from '../app/advise/advise.ts'
import { whyNoList } from '../app/advise/questions.ts'
import { compileApp } from '../app/open-app.ts'
import type { App } from '../model/app.ts'
import type { Model } from '../model/model.ts'
import { count, grouped } from '../schema/count.ts'
import { defineCommand, usageError } from './command.ts'
import { cliErrors } from './errors.ts'
import { showCount } from './progress.ts'
import { appOption, findProject } from './project.ts'
import { tableLines } from './table.ts'

const defaultRows = 100_000
const defaultMaxScan = 10_000

export const adviseCommand = defineCommand('advise', {
  summary: 'Tell which lists would read a whole table, and which indexes help.',
  options: {
    rows: {
      type: 'string',
      value: 'number',
      description: `Records of the largest collection. Default: ${defaultRows}.`,
    },
    'max-scan': {
      type: 'string',
      value: 'number',
      description: `Rows that may be read for one page. Default: ${defaultMaxScan}.`,
    },
    query: {
      type: 'string',
      multiple: true,
      value: 'url',
      description: 'A list that clients ask for; may be given many times. Then only such are looked at.',
    },
    queries: { type: 'string', value: 'file', description: 'The same, from a file of URLs or an access log.' },
    as: {
      type: 'string',
      value: 'name',
      description: "Only who asks: anonymous, 'signed in', or a role. Default: each.",
    },
    'database-url': {
      type: 'string',
      value: 'url',
      description:
        'PostgreSQL to ask, in a schema of its own that is dropped. Default: a SQLite database that is thrown away.',
    },
    check: {
      type: 'boolean',
      description:
        'Exit code 1 when more rows would be read than may be, or when none of the lists given could be asked.',
    },
    json: { type: 'boolean', description: 'Print the findings as JSON.' },
    app: appOption,
  },
  notes: [
    'Fills a database with made-up records, in the proportions of the seed of the application if it has one, asks what clients are',
    'likely to ask (by reference, unique field and index; behind each relation; with the rules of each role), and has the database',
    'explain the statements. An index is advised only if it helps. Your own database is not touched.',
    "  galley advise --query '/api/products?filter[price][gte]=1&sort=name' --as anonymous",
  ].join('\n'),
  async run(options) {
    const { app, seed } = await findProject(options.app)
    const model = compileApp(app)
    for (const url of options.query ?? []) await requireList(url, app, model)
    requireKnownDatabase(options['database-url'])
    const progress = showCount('rows made up')
    const fileLines = options.queries === undefined ? [] : linesOf(options.queries)
    const lines = [...(options.query ?? []), ...fileLines]
    const onlyLines = options.query !== undefined || options.queries !== undefined
    const maxScan = numberFrom(options['max-scan'], 'max-scan', defaultMaxScan)
    const rows = numberFrom(options.rows, 'rows', defaultRows)
    const advice = await advise({
      app,
      seed,
      rows,
      maxScan,
      lines,
      onlyLines,
      onRows: progress.show,
      ...(options.as !== undefined && { as: options.as }),
      ...(options['database-url'] !== undefined && { databaseUrl: options['database-url'] }),
    }).finally(progress.end)
    if (options.json) console.log(JSON.stringify(advice, null, 2))
    else console.log([...readLines(fileLines, options.query ?? [], advice), textOf(advice, maxScan)].join('\n'))
    const isInVain = onlyLines && advice.questionCount === 0
    if (options.check && (isInVain || mustChange(advice).length > 0)) process.exitCode = 1
  },
})

/** @throws cli_usage */
async function requireList(url: string, app: App, model: Model): Promise<void> {
  const names = app.collections.map(({ name }) => name)
  const problem = whyNoList(url, model, names)
  if (problem !== undefined) throw usageError('advise', problem)
  const reasons = await reasonsAgainst(url, model)
  if (reasons.length > 0) throw usageError('advise', `${url} is no valid query. ${reasons.join(' ')}`)
}

/** What the adapters say speaks of DATABASE_URL, which is not what was given here. */
function requireKnownDatabase(url: string | undefined): void {
  if (url === undefined || /^(postgres|postgresql|sqlite):/.test(url)) return
  throw usageError('advise', 'The option --database-url takes postgres://user:password@host/name.')
}

function numberFrom(text: string | undefined, name: string, usual: number): number {
  if (text === undefined) return usual
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw usageError('advise', `The option --${name} takes a whole number from 1 on.`)
}

function linesOf(file: string): readonly string[] {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw cliErrors.no_file({ details: { file } })
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
}

/** How much of a file was understood. */
function readLines(lines: readonly string[], queries: readonly string[], { listCount }: Advice): readonly string[] {
  if (lines.length === 0) return []
  const lists = listCount - queries.length
  return [`${count(lines.length, 'line')} read, ${count(lists, 'list')}, ${grouped(lines.length - lists)} skipped.`]
}

/** What no index can help is told, but does not fail a check. */
function mustChange({ findings }: Advice): readonly Finding[] {
  return findings.filter(({ note }) => note === undefined)
}

function textOf(advice: Advice, maxScan: number): string {
  const bad = mustChange(advice)
  const noted = advice.findings.filter(({ note }) => note !== undefined)
  const seeded = advice.isSeedVolume ? ', in the proportions of the seed' : ''
  const builtIn = advice.builtInCount === 0 ? '' : ` and ${grouped(advice.builtInCount)} of Galley's`
  return [
    `${count(advice.questionCount, 'question')} about ${count(advice.collectionCount, 'collection')}${builtIn}, with ${count(advice.rowCount, 'made-up record')}${seeded}.`,
    ...advice.findings.flatMap((finding) => ['', ...findingLines(finding)]),
    ...(advice.refused.length === 0
      ? []
      : ['', 'None of those asked may ask this:', ...advice.refused.map((url) => `  ${url}`)]),
    ...advice.invalid.flatMap(({ url, reasons }) => [
      '',
      `No valid query: ${url}`,
      ...reasons.map((reason) => `  ${reason}`),
    ]),
    ...(advice.indexes.length === 0 ? [] : ['', 'Indexes to declare:', ...indexTable(advice)]),
    '',
    advice.questionCount === 0
      ? 'Nothing was asked, so nothing is known.'
      : lastLine(bad.length, noted.length, maxScan),
  ].join('\n')
}

function findingLines({ url, askers, rowsRead, add, note }: Finding): readonly string[] {
  const after = add === undefined ? '' : `, with the index ${grouped(add.rowsRead)}`
  return [
    `GET ${url}`,
    `  asked by  ${askers.join(', ')}`,
    `  reads     ${count(rowsRead, 'row')}${after}`,
    ...(add === undefined
      ? []
      : [`  add       to ${add.collection}: [${add.fields.map((field) => `'${field}'`).join(', ')}]`]),
    ...(note === undefined ? [] : [`  note      ${note}`]),
    ...(add === undefined && note === undefined
      ? ['  note      No index of one collection helps. Ask for less, or keep what is asked for in the record itself.']
      : []),
  ]
}

function indexTable({ indexes }: Advice): readonly string[] {
  return tableLines(
    ['  collection', 'declaration'],
    indexes.map(({ collection, line }) => [`  ${collection}`, line]),
  )
}

function lastLine(badCount: number, notedCount: number, maxScan: number): string {
  const noted =
    notedCount === 0
      ? ''
      : ` ${count(notedCount, 'question')} that no index can help ${notedCount === 1 ? 'is' : 'are'} noted.`
  if (badCount === 0) return `No question reads more than ${grouped(maxScan)} rows for want of an index.${noted}`
  return `${count(badCount, 'question')} ${badCount === 1 ? 'reads' : 'read'} more than ${grouped(maxScan)} rows for one page.${noted}`
}
