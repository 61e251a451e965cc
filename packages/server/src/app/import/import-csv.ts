import type { Readable } from 'node:stream'
import { system } from '../../model/actor.ts'
import type { Model } from '../../model/model.ts'
import { createDb } from '../../operations/local-db.ts'
import type { OperationContext, Operations } from '../../operations/operations.ts'
import type { Database, Transaction } from '../../ports/database.ts'
import { resultEvenIfUndone, Undone } from '../../ports/undone.ts'
import { columnTargets } from './column-targets.ts'
import { csvRows, UnreadableRow } from './csv-rows.ts'
import { importErrors } from './errors.ts'
import { RowImport } from './row-import.ts'
import { collectRowProblems, type RowProblem } from './row-problems.ts'

export interface ImportRequest {
  readonly collection: string
  /** Opens the file at its start; called again when the database asks for the transaction to be repeated. */
  open(): Readable
  /** `column=field`, `column=reference.uniqueField`, `column=` to leave it out. Other columns go to the field of their name. */
  readonly map?: readonly string[]
  /** The text of a cell that means null. An empty cell is no value at all: the field's default counts. */
  readonly nullText?: string
  /** One character. Default: a comma. */
  readonly delimiter?: string
  /** Does everything and undoes it. */
  readonly isDryRun?: boolean
  /** Called after each row with the number of rows so far. */
  onRow?(rowCount: number): void
}

export interface ImportResult {
  readonly rowCount: number
  /** Rows whose count of cells was right only when a delimiter before a space was read as text. */
  readonly looseRowCount: number
  /** Rows that cannot be accepted; when there is one, nothing was imported. */
  readonly badRowCount: number
  readonly problemCount: number
  /** The first 100 of them, in the order of the file. */
  readonly problems: readonly RowProblem[]
}

export interface ImportPorts {
  readonly model: Model
  readonly database: Database
  readonly operations: Operations
  /** The moment of the import, ISO 8601. */
  readonly now: string
}

/**
 * Creates a record for each row of a CSV file, as the system, in one transaction: all rows or none. Hooks run.
 *
 * Holds a row at a time in memory, and what is still to be connected within the same collection.
 * @throws import_unknown_collection, import_bad_columns, import_empty  before any row is read.
 */
export async function importCsv(request: ImportRequest, ports: ImportPorts): Promise<ImportResult> {
  return resultEvenIfUndone(
    ports.database.transaction((tx) => importInside(tx, request, ports), { timeoutMs: longestImportMs }),
  )
}

const longestImportMs = 24 * 60 * 60 * 1000

async function importInside(tx: Transaction, request: ImportRequest, ports: ImportPorts): Promise<ImportResult> {
  const result = await importRows(tx, request, ports)
  if (request.isDryRun === true || result.badRowCount > 0) throw new Undone(result)
  return result
}

async function importRows(tx: Transaction, request: ImportRequest, ports: ImportPorts): Promise<ImportResult> {
  const collection = requireCollection(request.collection, ports.model)
  const { delimiter = ',' } = request
  const rows = csvRows(request.open(), delimiter)
  const header = await rows.next()
  if (header.done === true) throw importErrors.empty()
  const columns = header.value.cells
  const targets = columnTargets(columns, request.map ?? [], collection, ports.model)
  const context: OperationContext = { actor: system, now: ports.now, requestId: 'import', tx }
  const db = createDb(context, ports.operations)
  const problems = collectRowProblems()
  const rowImport = new RowImport({ collection, columns, delimiter, targets, db, nullText: request.nullText, problems })
  let rowCount = 0
  try {
    for await (const row of rows) {
      await rowImport.add(row)
      rowCount += 1
      request.onRow?.(rowCount)
    }
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error
    problems.add({ line: error.line, column: undefined, message: error.message })
  }
  await rowImport.connect()
  const { looseRowCount } = rowImport
  return {
    rowCount,
    looseRowCount,
    badRowCount: problems.rowCount,
    problemCount: problems.count,
    problems: problems.kept,
  }
}

function requireCollection(name: string, model: Model) {
  const collection = model.collections.get(name)
  if (collection !== undefined) return collection
  throw importErrors.unknown_collection({
    details: { collection: name, collections: [...model.collections.keys()].join(', ') },
  })
}
