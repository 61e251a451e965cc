import type { CollectionModel, FieldModel, Model } from '../../model/model.ts'
import { isToMany } from '../../model/relation.ts'
import { type MadeUp, madeUpId, madeUpValue } from './made-up-values.ts'

/** A list that a client may ask for. */
export interface Question {
  readonly collection: string
  /** What lies behind this relation of this record, rather than the whole collection. */
  readonly behind?: { readonly id: string; readonly relation: string }
  /** The query of the URL. */
  readonly query: string
}

/** The question as a client sends it. */
export function urlOf({ collection, behind, query }: Question): string {
  const path = behind === undefined ? collection : `${collection}/${behind.id}/${behind.relation}`
  return `/api/${path}${query === '' ? '' : `?${query}`}`
}

/** What clients are likely to ask, as far as declarations tell: by references, by what is unique, by what has an index. */
export function likelyQuestions(madeUp: MadeUp): readonly Question[] {
  return [...madeUp.model.collections.values()].flatMap((collection) => [
    ...queriesOf(collection, madeUp).map((query) => ({ collection: collection.name, query })),
    ...[...collection.fields.values()].flatMap((field) => questionsBehind(field, collection, madeUp)),
  ])
}

function queriesOf(collection: CollectionModel, madeUp: MadeUp): readonly string[] {
  const fields = [...collection.fields.values()].filter((field) => !field.isPrivate)
  const filters = fields.filter((field) => field.relation?.kind === 'reference' || (field.isUnique && !field.isSystem))
  const indexes = collection.indexes.map((index) => index.fields)
  const byIndex = indexes.flatMap(([first, second]) => {
    const filter = filterOf(collection.fields.get(first!)!, collection, madeUp)
    if (second === undefined) return [...filter, `sort=${first}`, `sort=-${first}`]
    return filter.flatMap((equal) => [`${equal}&sort=${second}`, `${equal}&sort=-${second}`])
  })
  const expands = fields.filter((field) => isToMany(field.relation)).map((field) => `expand=${field.name}(limit:5)`)
  return [...new Set(['', ...filters.flatMap((field) => filterOf(field, collection, madeUp)), ...byIndex, ...expands])]
}

/** With the value of some record that has one. */
function filterOf(field: FieldModel, collection: CollectionModel, madeUp: MadeUp): readonly string[] {
  const [column, ...others] = field.columns
  if (column === undefined || others.length > 0 || !field.type.operators.includes('eq')) return []
  const middle = Math.floor(madeUp.rowCounts.get(collection.name)! / 2)
  const value = [middle, middle + 1]
    .map((position) => madeUpValue(field, column, position, collection, madeUp))
    .find((candidate) => candidate !== null)
  return [`filter[${field.name}][eq]=${encodeURIComponent(String(value))}`]
}

function questionsBehind(field: FieldModel, collection: CollectionModel, madeUp: MadeUp): readonly Question[] {
  if (!isToMany(field.relation) || field.isPrivate) return []
  const id = madeUpId(collection.name, Math.floor(madeUp.rowCounts.get(collection.name)! / 3), madeUp)
  return [{ collection: collection.name, behind: { id, relation: field.name }, query: '' }]
}

const pathPattern = /\/api\/([\w-]+)(?:\/([\w-]+)\/([\w-]+))?(?=$|[?\s"#])(?:\?([^\s"#]*))?/

interface ListPath {
  readonly collection: CollectionModel
  /** The relation that is followed, if one is. */
  readonly field: FieldModel | undefined
  readonly query: string
}

function listPath(line: string, model: Model): ListPath | undefined {
  if (/\b(POST|PUT|PATCH|DELETE|HEAD|OPTIONS) \S*\/api\//.test(line)) return undefined
  const [, name = '', id, relation, query = ''] = pathPattern.exec(line) ?? []
  const collection = model.collections.get(name)
  if (collection === undefined) return undefined
  if (id === undefined) return { collection, field: undefined, query }
  const field = collection.fields.get(relation!)
  return field === undefined || !isToMany(field.relation) ? undefined : { collection, field, query }
}

/**
 * Why a URL asks for no list of a collection; undefined when it does.
 * @param names  the collections to speak of.
 */
export function whyNoList(url: string, model: Model, names: readonly string[]): string | undefined {
  if (listPath(url, model) !== undefined) return undefined
  const begin = `${url} asks for no list of a collection.`
  const name = /\/api\/([\w-]+)/.exec(url)?.[1]
  if (name === undefined) return `${begin} Begin with /api/, as in /api/${names[0] ?? 'notes'}?limit=5.`
  const collection = model.collections.get(name)
  if (collection === undefined) return `${begin} There is no collection ${name}. There are: ${names.join(', ')}.`
  const lists = [...collection.fields.values()].filter(({ relation }) => isToMany(relation)).map((field) => field.name)
  const behind = lists.map((list) => `/api/${name}/{id}/${list}`)
  return `${begin} Lists of ${name} are ${[`/api/${name}`, ...behind].join(', ')}.`
}

/**
 * The list that a URL asks for, alone or in a line of an access log; undefined when it is none of a collection of the model.
 *
 * Ids in it become those of records that are made up, and it begins at the first page.
 */
export function questionFromLine(line: string, madeUp: MadeUp): Question | undefined {
  const path = listPath(line, madeUp.model)
  if (path === undefined) return undefined
  const { collection, field, query } = path
  if (field === undefined) return { collection: collection.name, query: localQuery(query, collection, madeUp) }
  const target = madeUp.model.collections.get(field.relation!.target)!
  const [behind] = questionsBehind(field, collection, madeUp)
  return behind && { ...behind, query: localQuery(query, target, madeUp) }
}

function localQuery(query: string, collection: CollectionModel, madeUp: MadeUp): string {
  const kept = query.split('&').filter((part) => !/^(after|before|page|count)=/.test(part) && part !== '')
  return kept.map((part) => withKnownId(decodeName(part), collection, madeUp)).join('&')
}

function decodeName(part: string): string {
  return part.replaceAll(/%5B/gi, '[').replaceAll(/%5D/gi, ']')
}

function withKnownId(part: string, collection: CollectionModel, madeUp: MadeUp): string {
  const name = /^filter\[([\w.]+)\](?:\[(?:eq|in)\])?=/.exec(part)?.[1]
  const target = name === undefined ? undefined : idTarget(name.split('.'), collection, madeUp.model)
  if (target === undefined) return part
  return part.replace(/=.*$/, `=${madeUpId(target, Math.floor(madeUp.rowCounts.get(target)! / 2), madeUp)}`)
}

/** The collection whose ids a field holds, itself or behind references. */
function idTarget([name, ...rest]: readonly string[], collection: CollectionModel, model: Model): string | undefined {
  if (name === 'id' && rest.length === 0) return collection.name
  const relation = collection.fields.get(name!)?.relation
  if (relation === undefined || rest.length === 0) return relation?.target
  return idTarget(rest, model.collections.get(relation.target)!, model)
}
