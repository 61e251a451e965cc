import type { CollectionModel, FieldModel, Model } from '../../model/model.ts'
import type { ColumnKind } from '../../ports/database.ts'
import { comparisonsIn } from './compared-fields.ts'

/** The records of a database that is made up: all of it follows from the position of a record, so that nothing is kept. */
export interface MadeUp {
  readonly model: Model
  /** How many records each collection has. */
  readonly rowCounts: ReadonlyMap<string, number>
  /** Fields that hold the id of somebody who signs in, without being references. */
  readonly ownerFields: ReadonlySet<FieldModel>
  /** Values that declarations speak of, in their rules: half of the records have one of them. */
  readonly knownValues: ReadonlyMap<FieldModel, readonly unknown[]>
}

/** @param rowCounts  how many records each collection is to have. */
export function madeUpFor(model: Model, rowCounts: ReadonlyMap<string, number>): MadeUp {
  const comparisons = comparisonsIn(model)
  const owned = comparisons.filter(({ other, field }) => other.from === 'actor' && isPlain(field))
  const knownValues = new Map<FieldModel, readonly unknown[]>()
  for (const { field, other } of comparisons) {
    if (other.from !== 'literal' || !isPlain(field)) continue
    const values = Array.isArray(other.value) ? other.value : [other.value]
    knownValues.set(field, [...(knownValues.get(field) ?? []), ...values.filter(isScalar)])
  }
  return { model, rowCounts, ownerFields: new Set(owned.map(({ field }) => field)), knownValues }
}

function isPlain(field: FieldModel): boolean {
  return field.relation === undefined && field.name !== 'id' && !field.isUnique && field.columns.length === 1
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

/** The id of the record at a position; ids sort by it, as those of records that were made one after the other. */
export function madeUpId(collection: string, position: number, { model }: MadeUp): string {
  const place = [...model.collections.keys()].indexOf(collection) + 1
  return `01900000-${hex(place, 4)}-7000-8000-${hex(position, 12)}`
}

/** The id of somebody of whom there is no record. */
export function ownerId(position: number): string {
  return `01900000-ffff-7000-8000-${hex(position, 12)}`
}

/** A value of a field in its JSON form; of a field with several columns, the one of the column. */
export function madeUpValue(
  field: FieldModel,
  column: FieldModel['columns'][number],
  position: number,
  collection: CollectionModel,
  madeUp: MadeUp,
): unknown {
  if (field.name === 'id') return madeUpId(collection.name, position, madeUp)
  if (field.isOptional && position % nullEvery === 1) return null
  const mixed = field.isUnique ? position : mix(position, field.name)
  const { relation } = field
  if (relation !== undefined) {
    const count = madeUp.rowCounts.get(relation.target)!
    return madeUpId(relation.target, mixed % Math.max(count, 1), madeUp)
  }
  if (madeUp.ownerFields.has(field)) return ownerId(mixed % ownerCount)
  // The lowest bit decides here, the others below.
  const known = madeUp.knownValues.get(field) ?? []
  if (known.length > 0 && mixed % 2 === 1) return known[(mixed >>> 1) % known.length]
  const number = mixed >>> 1
  const { shape } = field.type
  if (shape.kind === 'choice') return shape.values[number % shape.values.length]
  if (column.key !== undefined && column !== field.columns[0]) return column.type.kind === 'text' ? 'EUR' : null
  const isInOrder = field.isSystem && field.name !== 'version'
  return valueOfKind[column.type.kind](isInOrder || field.isUnique ? position : number % differentValues)
}

const nullEvery = 5
const ownerCount = 1_000
const differentValues = 1_000

const firstMs = Date.UTC(2025, 0, 1)
const minuteMs = 60_000

const valueOfKind: Readonly<Record<ColumnKind, (number: number) => unknown>> = {
  id: (number) => ownerId(number),
  text: (number) => `word${number}`,
  integer: (number) => number,
  real: (number) => number / 8,
  decimal: (number) => String(number),
  boolean: (number) => number % 2 === 1,
  instant: (number) => new Date(firstMs + number * minuteMs).toISOString(),
  date: (number) => new Date(firstMs + number * 1_440 * minuteMs).toISOString().slice(0, 10),
  json: () => [],
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0')
}

/** Spreads positions evenly, in another way for each field. */
function mix(position: number, name: string): number {
  let mixed = position + 1
  for (const letter of name) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x9e3779b1)
  return (mixed ^ (mixed >>> 15)) >>> 0
}
