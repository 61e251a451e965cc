import type { FieldModel, Model } from '../model/model.ts'
import { snakeCase } from '../model/names.ts'
import type { TableShape } from '../ports/database.ts'
import { findColumn } from './column-changes.ts'
import { count } from './count.ts'
import type { TableMatch } from './match-tables.ts'
import type { Facts } from './read-facts.ts'
import { suffixOf } from './renames-from-model.ts'

/** A new thing that may be an old one under another name: only a person can know. */
export interface Question {
  readonly table: string
  /** The new columns; empty when the whole table is meant. */
  readonly columns: readonly string[]
  readonly sentence: string
}

/** Asks for each new field and collection whether it is the new name of one that would be dropped. */
export function findQuestions(matches: readonly TableMatch[], model: Model, facts: Facts): readonly Question[] {
  return [...fieldQuestions(matches, model, facts), ...tableQuestions(matches, model, facts)]
}

function fieldQuestions(matches: readonly TableMatch[], model: Model, facts: Facts): readonly Question[] {
  return [...model.collections.values()].flatMap((collection) => {
    const match = matches.find(({ after }) => after?.name === collection.table)
    if (match?.current === undefined || match.after === undefined) return []
    const { current, after } = match
    return [...collection.fields.values()].flatMap((field) => {
      const formers = formerFields(field, current, after)
      if (formers.length === 0) return []
      const values = facts.valueCount(current.name, formers[0] + suffixOf(field, field.columns[0]!.name))
      const loss = `${formers.map(camelCase).join(' or ')} is dropped with ${count(values, 'value')}`
      const sentence = `Is ${collection.name}.${field.name} new, or ${renameHint(formers.map(camelCase))}? As it stands, ${loss}.`
      return [{ table: after.name, columns: field.columns.map((column) => column.name), sentence }]
    })
  })
}

/** Columns that go and could be the field's, without what the field's type appends. */
function formerFields(field: FieldModel, current: TableShape, after: TableShape): readonly string[] {
  const [first] = field.columns
  if (first === undefined || field.columns.some((column) => findColumn(current, column.name) !== undefined)) return []
  const going = current.columns.filter((column) => findColumn(after, column.name) === undefined)
  const isGoing = (name: string, typeName: string | undefined) =>
    going.some((column) => column.name === name && column.typeName === typeName)
  const isPartOfAnother = (name: string) => going.some((column) => name.startsWith(`${column.name}_`))
  const suffix = suffixOf(field, first.name)
  return going
    .filter((column) => column.name.endsWith(suffix) && !isPartOfAnother(column.name))
    .map((column) => column.name.slice(0, column.name.length - suffix.length))
    .filter((base) =>
      field.columns.every(({ name }) => isGoing(base + suffixOf(field, name), findColumn(after, name)?.typeName)),
    )
}

function tableQuestions(matches: readonly TableMatch[], model: Model, facts: Facts): readonly Question[] {
  const dropped = matches.flatMap(({ current, after }) => (after === undefined && current) || [])
  return matches.flatMap(({ current, after }) => {
    const created = current === undefined ? after : undefined
    const declaration = created && declarationOf(created.name, model)
    if (created === undefined || declaration === undefined) return []
    return dropped
      .filter((table) => declaration.couldBe(table, created))
      .map((table) => {
        const loss = `${table.name} is dropped with ${count(facts.rowCount(table.name), 'row')}`
        const sentence = `Is ${declaration.name} new, or ${renameHint([declaration.formerName(table.name)])}? As it stands, ${loss}.`
        return { table: created.name, columns: [], sentence }
      })
  })
}

interface Declaration {
  readonly name: string
  couldBe(dropped: TableShape, created: TableShape): boolean
  /** What `renamedFrom` would say. */
  formerName(table: string): string
}

function declarationOf(table: string, model: Model): Declaration | undefined {
  for (const collection of model.collections.values()) {
    if (collection.table === table) {
      return { name: collection.name, couldBe: haveMuchInCommon, formerName: (former) => former.replaceAll('_', '-') }
    }
    for (const field of collection.fields.values()) {
      if (field.relation?.kind !== 'manyToMany' || !field.relation.isOwner || field.relation.junction !== table)
        continue
      const prefix = `${collection.table}_`
      return {
        name: `${collection.name}.${field.name}`,
        couldBe: (dropped, created) => dropped.name.startsWith(prefix) && connectTheSame(dropped, created),
        formerName: (former) => camelCase(former.slice(prefix.length)),
      }
    }
  }
  return undefined
}

const systemColumns: ReadonlySet<string> = new Set(['id', 'created_at', 'updated_at', 'version'])

/** At least half of the columns that not every collection has are the same. */
function haveMuchInCommon(dropped: TableShape, created: TableShape): boolean {
  if (dropped.primaryKey.length !== 1) return false
  const own = (table: TableShape) => table.columns.filter((column) => !systemColumns.has(column.name))
  const common = own(dropped).filter(({ name, typeName }) => findColumn(created, name)?.typeName === typeName)
  return common.length > 0 && common.length * 2 >= Math.max(own(dropped).length, own(created).length)
}

function connectTheSame(dropped: TableShape, created: TableShape): boolean {
  const ends = (table: TableShape) => table.foreignKeys.map((key) => `${key.column} ${key.targetTable}`).sort()
  return dropped.primaryKey.length === 2 && ends(dropped).join() === ends(created).join()
}

function renameHint(formers: readonly string[]): string {
  const names = formers.map((name) => `'${name}'`)
  return `the new name of ${formers.join(' or ')} (then write renamedFrom: ${names.join(' or ')})`
}

/** `address_line` as the declarations say it: `addressLine`. */
function camelCase(name: string): string {
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return snakeCase(camel) === name ? camel : name
}
