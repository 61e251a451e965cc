import type { Model } from '../../model/model.ts'
import type { Database } from '../../ports/database.ts'
import { tablesFromModel } from '../../schema/tables-from-model.ts'
import type { AppModule } from '../load-app.ts'
import { compileApp } from '../open-app.ts'
import { type Asker, askersOf } from './askers.ts'
import { type Candidate, candidatesFor } from './candidates.ts'
import { adviseErrors } from './errors.ts'
import { type Asked, createExaminer, type Examiner } from './examine-question.ts'
import { fillTables } from './fill-tables.ts'
import { type MadeUp, madeUpFor } from './made-up-values.ts'
import { likelyQuestions, type Question, questionFromLine, urlOf } from './questions.ts'
import { withThrowAwayDatabase } from './throw-away-database.ts'
import { seedCounts, volumesOf } from './volumes.ts'
import { whyNoIndex } from './why-no-index.ts'

export interface AdviceRequest extends Pick<AppModule, 'app' | 'seed'> {
  /** Of the largest collection. */
  readonly rows: number
  /** More rows than this must not be read for a page. */
  readonly maxScan: number
  /** URLs, or lines of an access log. What is no list of a collection is passed over. */
  readonly lines: readonly string[]
  /** Whether only `lines` are asked, and not what clients are likely to ask. */
  readonly onlyLines: boolean
  /** Name of the only one who asks: `anonymous`, `signed in` or a role. Default: everybody. */
  readonly as?: string
  /** A server to make a schema of its own on; without it, a SQLite database in a file. */
  readonly databaseUrl?: string
  onRows?(count: number, total: number): void
}

export interface Advice {
  /** Of the application itself. */
  readonly collectionCount: number
  /** Collections that come with Galley and its features. */
  readonly builtInCount: number
  readonly rowCount: number
  /** Whether the volumes are in the proportions of the application's seed. */
  readonly isSeedVolume: boolean
  readonly questionCount: number
  /** Questions that read more rows than they may. */
  readonly findings: readonly Finding[]
  /** How many of the given lines are lists of collections. */
  readonly listCount: number
  /** Lists that none of those who ask may ask so. */
  readonly refused: readonly string[]
  /** Lists that are answered with an error, whoever asks. */
  readonly invalid: readonly InvalidQuery[]
  /** The whole of the indexes that a collection should have. */
  readonly indexes: readonly { readonly collection: string; readonly line: string }[]
}

export interface InvalidQuery {
  readonly url: string
  /** In the sentences of the API. */
  readonly reasons: readonly string[]
}

export interface Finding {
  /** Whose rows are asked for. */
  readonly collection: string
  readonly url: string
  readonly askers: readonly string[]
  readonly rowsRead: number
  /** The index that helps, and how many rows are read then; undefined when none does. */
  readonly add: (Candidate & { readonly rowsRead: number }) | undefined
  /** Why no index can help; undefined for what has to be changed. */
  readonly note: string | undefined
}

/** Asks what clients may ask of an application, on data that is made up, and tells which questions want an index. */
export async function advise(request: AdviceRequest): Promise<Advice> {
  const model = compileApp(request.app)
  const seeded = await seedCounts(request)
  const rowCounts = volumesOf(model, request.rows, seeded)
  const madeUp = madeUpFor(model, rowCounts)
  const total = [...rowCounts.values()].reduce((sum, count) => sum + count, 0)
  return withThrowAwayDatabase(request.databaseUrl, async (database) => {
    let filled = 0
    await fillTables(madeUp, database, (count) => {
      filled += count
      request.onRows?.(filled, total)
    })
    const examiner = createExaminer(model, database)
    const { asked, ...given } = await askAll(madeUp, request, examiner)
    const findings = await findingsOf(asked, request, examiner, model, database)
    return Object.freeze({
      collectionCount: request.app.collections.length,
      builtInCount: rowCounts.size - request.app.collections.length,
      rowCount: total,
      isSeedVolume: seeded !== undefined,
      questionCount: asked.length,
      findings,
      ...given,
      indexes: indexLines(findings, model),
    })
  })
}

interface AskedQuestion {
  readonly question: Question
  readonly askers: readonly Asker[]
  readonly asked: Asked
}

/** Why a list is no valid query, whoever asks; none when it is one for somebody. */
export async function reasonsAgainst(line: string, model: Model): Promise<readonly string[]> {
  const madeUp = madeUpFor(model, volumesOf(model, 1, undefined))
  const question = questionFromLine(line, madeUp)
  if (question === undefined) return []
  return withThrowAwayDatabase(undefined, async (database) =>
    createExaminer(model, database).reasonsAgainst(question, askersOf(madeUp)),
  )
}

/** Questions that come to the same statement are one, whoever asks. */
async function askAll(
  madeUp: MadeUp,
  request: AdviceRequest,
  examiner: Examiner,
): Promise<Pick<Advice, 'listCount' | 'refused' | 'invalid'> & { readonly asked: readonly AskedQuestion[] }> {
  const given = request.lines.flatMap((line) => questionFromLine(line, madeUp) ?? [])
  const invalid = invalidAmong(given, madeUp, examiner)
  const questions = request.onlyLines ? given : [...given, ...likelyQuestions(madeUp)]
  const askers = askersNamed(request.as, madeUp)
  const byText = new Map<string, AskedQuestion>()
  const allowed = new Set<Question>()
  for (const question of new Map(questions.map((one) => [urlOf(one), one])).values()) {
    for (const asker of askers) {
      const asked = await examiner.ask(question, asker)
      if (asked === undefined) continue
      allowed.add(question)
      const key = asked.statement.text
      const known = byText.get(key)
      const isWorse = known === undefined || asked.matches < known.asked.matches
      const all = [...(known?.askers ?? []), asker]
      byText.set(key, isWorse ? { question, asked, askers: [asker, ...all.slice(0, -1)] } : { ...known, askers: all })
    }
  }
  const told = new Set([...[...allowed].map(urlOf), ...invalid.map(({ url }) => url)])
  const refused = [...new Set(given.map(urlOf))].filter((url) => !told.has(url))
  return { asked: [...byText.values()], listCount: given.length, refused, invalid }
}

function invalidAmong(questions: readonly Question[], madeUp: MadeUp, examiner: Examiner): readonly InvalidQuery[] {
  const askers = askersOf(madeUp)
  const byUrl = new Map(questions.map((question) => [urlOf(question), question]))
  return [...byUrl]
    .map(([url, question]) => ({ url, reasons: examiner.reasonsAgainst(question, askers) }))
    .filter(({ reasons }) => reasons.length > 0)
}

/** @throws advise_unknown_asker */
function askersNamed(wanted: string | undefined, madeUp: MadeUp): readonly Asker[] {
  const all = askersOf(madeUp)
  const askers = all.filter(({ name }) => wanted === undefined || isNamed(name, wanted))
  if (askers.length > 0) return askers
  throw adviseErrors.unknown_asker({ details: { name: wanted, known: all.map(({ name }) => name).join(', ') } })
}

/** `signed in` may be somebody of several collections. */
function isNamed(name: string, wanted: string): boolean {
  return name === wanted || (wanted === 'signed in' && name.startsWith('one of '))
}

async function findingsOf(
  all: readonly AskedQuestion[],
  { maxScan }: AdviceRequest,
  examiner: Examiner,
  model: Model,
  database: Database,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const { question, askers, asked } of all) {
    const rowsRead = await examiner.rowsRead(asked)
    if (rowsRead <= maxScan) continue
    const plan = examiner.planOf(question, askers[0]!)
    const known = findings.flatMap(({ add }) => (add === undefined ? [] : [add]))
    const add = await bestIndex(inTurn(known, candidatesFor(plan, model)), asked, rowsRead, examiner, model, database)
    const note =
      add === undefined || add.rowsRead > maxScan
        ? whyNoIndex(question.query, asked.statement.text, model.collections.get(plan.collection)!)
        : undefined
    const names = [...new Set(askers.map(({ name }) => name))]
    findings.push({ collection: plan.collection, url: urlOf(question), askers: names, rowsRead, add, note })
  }
  return findings.toSorted((left, right) => right.rowsRead - left.rowsRead)
}

/** Those that are advised already come first, so that one index serves several questions where it can. */
function inTurn(known: readonly Candidate[], others: readonly Candidate[]): readonly Candidate[] {
  const isKnown = ({ collection, fields }: Candidate) =>
    known.some((one) => one.collection === collection && one.fields.join() === fields.join())
  return [...others.filter(isKnown), ...others.filter((candidate) => !isKnown(candidate))]
}

/** Half as much is the least that is worth an index. */
const worthwhile = 0.5
/** What reads so many pages at most needs no index with more fields. */
const goodEnough = 20

async function bestIndex(
  candidates: readonly Candidate[],
  asked: Asked,
  rowsRead: number,
  examiner: Examiner,
  model: Model,
  database: Database,
): Promise<Finding['add']> {
  let best: Finding['add']
  for (const candidate of candidates) {
    const after = await withIndex(candidate, model, database, () => examiner.rowsRead(asked))
    if (after < (best?.rowsRead ?? rowsRead) * worthwhile) best = { ...candidate, rowsRead: after }
    if (best !== undefined && best.rowsRead <= asked.limit * goodEnough) return best
  }
  return best
}

/** Declares an index for the time of `work`. */
async function withIndex<T>(
  { collection, fields }: Candidate,
  model: Model,
  database: Database,
  work: () => Promise<T>,
): Promise<T> {
  const { dialect } = database
  const before = model.collections.get(collection)!
  const richer = { ...before, indexes: [...before.indexes, { fields, isUnique: false }] }
  const changed = { ...model, collections: new Map(model.collections).set(collection, richer) }
  const tableOf = (of: Model) => tablesFromModel(of, dialect).find(({ name }) => name === before.table)!
  const table = tableOf(changed)
  const old = new Set(tableOf(model).indexes.map(({ name }) => name))
  const added = table.indexes.filter(({ name }) => !old.has(name))
  const run = (statements: readonly string[]) =>
    database.transaction(
      async (tx) => {
        for (const statement of statements) await tx.script(statement)
      },
      { timeoutMs: indexTimeoutMs, lock: 'exclusive' },
    )
  await run(added.flatMap((index) => dialect.schema.createIndex(table, index)))
  try {
    return await work()
  } finally {
    await run(added.flatMap((index) => dialect.schema.dropIndex(table, index)))
  }
}
const indexTimeoutMs = 600_000

function indexLines(findings: readonly Finding[], model: Model): Advice['indexes'] {
  const added = new Map<string, Set<string>>()
  for (const { add } of findings) {
    if (add !== undefined) added.set(add.collection, (added.get(add.collection) ?? new Set()).add(listText(add.fields)))
  }
  return [...added].map(([collection, lists]) => {
    const declared = model.collections
      .get(collection)!
      .indexes.map(({ fields, isUnique }) =>
        isUnique ? `{ fields: ${listText(fields)}, unique: true }` : listText(fields),
      )
    return { collection, line: `indexes: [${[...declared, ...lists].join(', ')}]` }
  })
}

function listText(fields: readonly string[]): string {
  return `[${fields.map((field) => `'${field}'`).join(', ')}]`
}
