import { GalleyError } from '../../base/error.ts'
import { silentLog } from '../../base/silent-log.ts'
import type { CollectionModel, Model } from '../../model/model.ts'
import { requireCollection } from '../../model/require-collection.ts'
import { createOperations } from '../../operations/create-operations.ts'
import { operationErrors } from '../../operations/errors.ts'
import type { Operations } from '../../operations/operations.ts'
import { createRuntime } from '../../operations/runtime.ts'
import type { Database, Row, Statement } from '../../ports/database.ts'
import { createUrlQueryReader } from '../../protocols/rest/query-from-url.ts'
import { createCursorSigner } from '../../query/cursor.ts'
import type { ReadPlan } from '../../query/plan.ts'
import type { QueryInput } from '../../query/query-input.ts'
import type { Asker } from './askers.ts'
import { planOfQuestion } from './plan-of-question.ts'
import type { Question } from './questions.ts'
import { rangesOfSearches, searchableColumns } from './range-of-search.ts'
import { rowsRead } from './rows-read.ts'

/** A statement that was made of a question. */
export interface Asked {
  readonly statement: Statement
  /** How many rows the answer could have, if it had no end. */
  readonly matches: number
  readonly limit: number
  readonly comparedColumns: readonly string[] | undefined
  /** How many rows the answer could have, whatever the column. */
  matchesWithout(column: string): Promise<number>
}

/** Asks questions as clients do, through the operations, and looks at the statements that come out. */
export interface Examiner {
  /** Why a question is no valid query, in the sentences of the API, when it is for none of the askers. */
  reasonsAgainst(question: Question, askers: readonly Asker[]): readonly string[]
  /** Undefined when the asker may not ask this. */
  ask(question: Question, asker: Asker): Promise<Asked | undefined>
  /** What a question that may be asked comes to, once it is checked and the rules are in it. */
  planOf(question: Question, asker: Asker): ReadPlan
  /** How many rows the statement reads with the indexes of now. */
  rowsRead(asked: Asked): Promise<number>
}

export function createExaminer(model: Model, database: Database): Examiner {
  const statements: Statement[] = []
  const recording: Database = {
    ...doorsOf(database),
    read(statement) {
      statements.push(statement)
      return database.read(statement)
    },
  }
  const signer = createCursorSigner(new Uint8Array(32))
  const runtime = createRuntime({ model, database: recording, signer, log: silentLog })
  const operations = createOperations(runtime)
  const queries = createUrlQueryReader()
  const rowsPerValue = remembering((table, columns) => averageRows(table, columns, database))
  return {
    reasonsAgainst(question, askers) {
      const all = askers.map((asker) => issuesOf(() => planOfQuestion(question, asker, runtime)))
      return all.reduce((fewest, reasons) => (reasons.length < fewest.length ? reasons : fewest))
    },
    async ask(question, asker) {
      const input = readOrNothing(() => queries.list(question.query))
      if (input === undefined) return undefined
      statements.length = 0
      const isAllowed = await answered(question, input, asker, operations)
      const statement = statements[0]
      if (isAllowed === undefined || statement === undefined) return undefined
      const matchesOf = async (counted: QueryInput) =>
        (await answered(question, countingOnly(counted), asker, operations))?.total ?? 0
      const plan = planOfQuestion(question, asker, runtime)
      const collection = requireCollection(model, plan.collection)
      return {
        statement,
        matches: await matchesOf(input),
        limit: (input.limit ?? usualLimit) + 1,
        comparedColumns: searchableColumns(plan.where),
        matchesWithout: (column) => matchesOf(withoutColumn(column, input, collection)),
      }
    },
    planOf: (question, asker) => planOfQuestion(question, asker, runtime),
    async rowsRead({ statement, ...asked }) {
      const tables = tablesIn(statement)
      const explanation = await explained(statement, database)
      const steps = database.dialect.planSteps(explanation)
      const ranges = rangesOfSearches(explanation)
      const counts = new Map<string, number>()
      for (const table of tables.values()) counts.set(table, await rowsPerValue(table, []))
      return rowsRead(steps, {
        rowsOf: (alias) => counts.get(tables.get(alias) ?? '') ?? 0,
        rowsPerValue: async (alias, columns) => (tables.has(alias) ? rowsPerValue(tables.get(alias)!, columns) : 0),
        rangeOf: (alias) => ranges.get(alias),
        ...asked,
      })
    },
  }
}

const usualLimit = 20

function issuesOf(work: () => unknown): readonly string[] {
  try {
    work()
    return []
  } catch (error) {
    if (!(error instanceof GalleyError) || error.category !== 'invalid') return []
    return error.issues.length === 0
      ? [error.message]
      : error.issues.map(({ pointer, message }) => `${pointer}: ${message}`)
  }
}

/** What a client may not ask is no question. */
function readOrNothing<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof GalleyError && error.category === 'invalid') return undefined
    throw error
  }
}

function doorsOf(database: Database): Database {
  return {
    dialect: database.dialect,
    read: (statement) => database.read(statement),
    transaction: (work, options) => database.transaction(work, options),
    readTables: (names) => database.readTables(names),
    ping: () => database.ping(),
    close: () => database.close(),
  }
}

/** Undefined when this may not be asked. */
async function answered(
  question: Question,
  input: QueryInput,
  asker: Asker,
  operations: Operations,
): Promise<{ readonly total: number | undefined } | undefined> {
  try {
    const { json } = await answerTo(question, input, asker, operations)
    return { total: JSON.parse(json).page?.total }
  } catch (error) {
    if (!(error instanceof GalleyError) || error.category === 'internal' || error.category === 'unavailable')
      throw error
    return error.code === operationErrors.not_found.code ? { total: 0 } : undefined
  }
}

async function answerTo(
  { collection, behind }: Question,
  input: QueryInput,
  { actor }: Asker,
  operations: Operations,
): Promise<{ readonly json: string }> {
  const context = { actor, now: new Date().toISOString(), requestId: 'advise' }
  if (behind === undefined) return operations.find(context, collection, input)
  return operations.related(context, collection, behind.id, behind.relation, input)
}

function countingOnly({ expand: _expand, sort: _sort, ...input }: QueryInput): QueryInput {
  return { ...input, fields: ['id'], count: 'exact', limit: 1 }
}

function withoutColumn(column: string, { where = {}, ...input }: QueryInput, { fields }: CollectionModel): QueryInput {
  const isKept = (name: string) => fields.get(name)?.columns.some((one) => one.name === column) !== true
  return { ...input, where: Object.fromEntries(Object.entries(where).filter(([name]) => isKept(name))) }
}

/** The tables of a statement by the names it gives them. */
function tablesIn({ text }: Statement): ReadonlyMap<string, string> {
  const found = text.matchAll(/(?:from|join) "([^"]+)"(?: as "([^"]+)")?/g)
  return new Map([...found].map(([, table, alias]) => [alias ?? table!, table!]))
}

async function explained(statement: Statement, database: Database): Promise<readonly Row[]> {
  const asking = database.dialect.explain(statement)
  return database.transaction(async (tx) => tx.query(asking), { timeoutMs: explainTimeoutMs })
}
const explainTimeoutMs = 120_000

async function averageRows(table: string, columns: readonly string[], database: Database): Promise<number> {
  const count = async (from: string) =>
    Number((await database.read({ text: `select count(*) from ${from}`, parameters: [] }))[0]![0])
  if (columns.length === 0) return count(quoteName(table))
  const values = `(select distinct ${columns.map(quoteName).join(', ')} from ${quoteName(table)}) as "values"`
  return (await count(quoteName(table))) / Math.max(1, await count(values))
}

function quoteName(name: string): string {
  return `"${name}"`
}

function remembering(count: (table: string, columns: readonly string[]) => Promise<number>) {
  const known = new Map<string, Promise<number>>()
  return (table: string, columns: readonly string[]): Promise<number> => {
    const key = [table, ...columns].join(' ')
    const counting = known.get(key) ?? count(table, columns)
    known.set(key, counting)
    return counting
  }
}
