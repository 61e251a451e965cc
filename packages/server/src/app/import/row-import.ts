import { LRUCache } from 'lru-cache'
import { GalleyError } from '../../base/error.ts'
import type { LooseDb } from '../../model/db.ts'
import type { CollectionModel } from '../../model/model.ts'
import type { ColumnTarget } from './column-targets.ts'
import type { CsvRow } from './csv-rows.ts'
import { problemsOfError, type RowProblems } from './row-problems.ts'
import { valueFromText } from './value-from-text.ts'

export interface RowImportParts {
  readonly collection: CollectionModel
  readonly columns: readonly string[]
  readonly delimiter: string
  readonly targets: readonly ColumnTarget[]
  readonly db: LooseDb
  readonly nullText: string | undefined
  readonly problems: RowProblems
}

type ReferenceTarget = Extract<ColumnTarget, { kind: 'reference' }>

/** A cell that refers to a record of the same file that has not been read yet. */
interface Reference {
  readonly target: ReferenceTarget
  readonly text: string
  readonly line: number
  readonly column: string
}

type Cell =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'later'; readonly target: ReferenceTarget }
  | { readonly kind: 'wrong'; readonly message: string }

/** Makes records of rows, one after the other, and tells what is wrong with them. */
export class RowImport {
  readonly #parts: RowImportParts
  readonly #ids = new LRUCache<string, string>({ max: 10_000 })
  readonly #pending: (Reference & { readonly id: string })[] = []

  constructor(parts: RowImportParts) {
    this.#parts = parts
  }

  /** Rows that had too many cells until a delimiter before a space was read as text. */
  looseRowCount = 0

  async add(row: CsvRow): Promise<void> {
    const { collection, db, problems } = this.#parts
    const cells = this.#cellsOf(row)
    const record = cells === undefined ? undefined : await this.#recordOf({ line: row.line, cells })
    if (record === undefined) return
    try {
      const { id } = await db[collection.name]!.create(record.values)
      for (const reference of record.later) this.#pending.push({ ...reference, id })
    } catch (error) {
      for (const problem of problemsOfError(error, row.line, (field) => this.#columnOf(field))) problems.add(problem)
    }
  }

  /** Sets the references that pointed ahead in the file. */
  async connect(): Promise<void> {
    const { collection, db, problems } = this.#parts
    for (const { id, target, text, line, column } of this.#pending) {
      const found = await this.#find(target, text)
      if (found === undefined) problems.add({ line, column, message: missing(target, text) })
      else await db[collection.name]!.update(id, { [target.field.name]: found })
    }
  }

  /** As many cells as there are columns; undefined when that cannot be, which has been told then. */
  #cellsOf({ line, cells }: CsvRow): readonly string[] | undefined {
    const { columns, delimiter, problems } = this.#parts
    if (cells.length === columns.length) return cells
    const joined = joinLooseCells(cells, delimiter)
    if (joined.length === columns.length) {
      this.looseRowCount += 1
      return joined
    }
    const message = `The row has ${cells.length} cells, but there are ${columns.length} columns.`
    problems.add({ line, column: undefined, message })
    return undefined
  }

  /** Undefined when the row has a problem, which has been told then. */
  async #recordOf({ line, cells }: CsvRow) {
    const { columns, targets, problems } = this.#parts
    const values: Record<string, unknown> = {}
    const later: Reference[] = []
    let isGood = true
    for (const [position, text] of cells.entries()) {
      const target = targets[position]!
      if (target.kind === 'ignored' || text === '') continue
      const column = columns[position]!
      const cell = await this.#readCell(target, text)
      if (cell.kind === 'value') values[target.field.name] = cell.value
      if (cell.kind === 'later') later.push({ target: cell.target, text, line, column })
      if (cell.kind !== 'wrong') continue
      problems.add({ line, column, message: cell.message })
      isGood = false
    }
    return isGood ? { values, later } : undefined
  }

  async #readCell(target: Exclude<ColumnTarget, { kind: 'ignored' }>, text: string): Promise<Cell> {
    if (text === this.#parts.nullText) return { kind: 'value', value: null }
    if (text.includes('\uFFFD')) return { kind: 'wrong', message: 'The cell is not UTF-8.' }
    if (target.kind === 'field') return { kind: 'value', value: valueFromText(target.field.type, text) }
    const id = await this.#find(target, text)
    if (id !== undefined) return { kind: 'value', value: id }
    const mayComeLater = target.collection === this.#parts.collection.name && target.field.isOptional
    return mayComeLater ? { kind: 'later', target } : { kind: 'wrong', message: missing(target, text) }
  }

  async #find({ collection, by }: ReferenceTarget, text: string): Promise<string | undefined> {
    const key = `${collection}\0${by.name}\0${text}`
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const where = { [by.name]: { eq: valueFromText(by.type, text) } }
    const found = await this.#parts.db[collection]!.first({ where }).catch(undefinedIfInvalid)
    if (found !== undefined) this.#ids.set(key, found.id)
    return found?.id
  }

  #columnOf(field: string): string | undefined {
    const { columns, targets } = this.#parts
    return columns[targets.findIndex((target) => target.kind !== 'ignored' && target.field.name === field)]
  }
}

// Many programs write CSV without quotes: "22, rue H. Voiron" is then one cell in two. No row of such a program
// has a space at the start of a cell, so where that makes the count right, there is one way only to read it.
function joinLooseCells(cells: readonly string[], delimiter: string): readonly string[] {
  const joined: string[] = []
  for (const cell of cells) {
    if (cell.startsWith(' ') && joined.length > 0) joined.push(`${joined.pop()}${delimiter}${cell}`)
    else joined.push(cell)
  }
  return joined
}

function missing({ collection, by }: ReferenceTarget, text: string): string {
  return `There is no record in ${collection} whose ${by.name} is ${text}.`
}

/** A value that the field could never hold belongs to no record. */
function undefinedIfInvalid(error: unknown): undefined {
  if (!(error instanceof GalleyError) || error.category !== 'invalid') throw error
}
