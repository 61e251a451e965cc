import { parseArgs } from 'node:util'
import { type ContenderName, contenderNames } from './contenders.ts'
import { type DatabaseName, databaseNames } from './databases.ts'
import { type Work, works } from './works.ts'

export interface Options {
  readonly works: readonly Work[]
  readonly databases: readonly DatabaseName[]
  readonly contenders: readonly ContenderName[]
  readonly rounds: number
  readonly seconds: number
  /** What is done. */
  readonly mode: (typeof modes)[number] | (typeof groupModes)[number] | 'compare'
  readonly soakSeconds: number | undefined
  readonly isLarge: boolean
  readonly revision: string | undefined
  readonly jsonFile: string | undefined
  readonly writesResults: boolean
}

/** Asked for by `--only`. */
const groupModes = ['jobs', 'checkout'] as const

const modes = ['beside', 'soak', 'start-up', 'profile', 'sign-in'] as const

const usage =
  () => `Measures Galley against hand-written handlers around the same statements, and against what people write instead.

  npm run bench -- [options]

  --only reads,create     Works, or groups of works, by their names. Default: all.
  --only jobs             How many jobs a second are added and done, beside pg-boss and graphile-worker; what adding one costs a request.
  --only checkout         How many orders a second the shop takes when 500 buyers come at once for 100 pieces.
  --database sqlite       sqlite, postgres or both. Default: both.
  --contenders bare,galley  Default: ${contenderNames.join(',')}
  --rounds 5              How often each is measured; the median counts.
  --seconds 3             How long each time.
  --large                 Measures also what needs 1 000 000 products.
  --revision HEAD         Measures the sources of a revision of git. Default: the files as they are.
  --json file             Writes the figures as JSON too.
  --write                 Writes them into bench/RESULTS.md.

In place of the works:

  --beside                How long quick reads take while heavy work runs beside them; rounds × seconds each.
  --soak 600              A mix of everything for so many seconds; memory every 10 s.
  --start-up              How soon galley is ready, and its memory idle and under load.
  --sign-in               Whether known and unknown accounts are answered as fast, and reads beside people who sign in.
  --profile               Where galley's time goes in each work (V8's profiler).

Works, by group:
${worksByGroup()}
In the table: /s requests per second, µs cpu processor time of the server for one; rate and cpu compare both with the contender that is
named under against. Needs nothing to be installed: PostgreSQL comes with npm, and wrk makes the load where there is one, autocannon where not.
Figures are medians over interleaved rounds; compare the ratios, not the absolute numbers.`

/** Reads the command line; undefined: help was asked for, and given. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      database: { type: 'string', default: 'both' },
      contenders: { type: 'string', default: contenderNames.join(',') },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '3' },
      beside: { type: 'boolean', default: false },
      soak: { type: 'string' },
      'start-up': { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      'sign-in': { type: 'boolean', default: false },
      large: { type: 'boolean', default: false },
      revision: { type: 'string' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage())
    return undefined
  }
  return {
    works: chosenWorks(values.only),
    databases: values.database === 'both' ? databaseNames : chosen(values.database, databaseNames, '--database'),
    contenders: chosen(values.contenders, contenderNames, '--contenders'),
    rounds: count(values.rounds, '--rounds'),
    seconds: count(values.seconds, '--seconds'),
    mode: modes.find((mode) => values[mode]) ?? groupModes.find((mode) => values.only === mode) ?? 'compare',
    soakSeconds: values.soak === undefined ? undefined : count(values.soak, '--soak'),
    isLarge: values.large,
    revision: values.revision,
    jsonFile: values.json,
    writesResults: values.write,
  }
}

function worksByGroup(): string {
  const groups = Map.groupBy(works, ({ group }) => group)
  return [...groups].map(([group, members]) => group + members.map(workLine).join('')).join('\n')
}

function workLine({ name, says }: Work): string {
  return `\n  ${name.padEnd(18)}${says}`
}

function chosenWorks(only: string | undefined): readonly Work[] {
  if (only === undefined) return works
  if (only === 'checkout') return []
  const names = chosen(only, [...new Set(works.flatMap(({ name, group }) => [name, group]))], '--only')
  return works.filter(({ name, group }) => names.includes(name) || names.includes(group))
}

function chosen<Name extends string>(text: string, known: readonly Name[], option: string): readonly Name[] {
  const names = text.split(',')
  const unknown = names.find((name) => !known.includes(name as Name))
  if (unknown !== undefined) throw new Error(`${option} knows no ${unknown}. It takes: ${known.join(', ')}.`)
  return known.filter((name) => names.includes(name))
}

function count(text: string, option: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${option} must be a whole number from 1 on.`)
  return Number(text)
}
