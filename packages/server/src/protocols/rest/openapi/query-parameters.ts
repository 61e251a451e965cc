import { elementType } from '../../../model/comparable.ts'
import type { CollectionModel, FieldModel } from '../../../model/model.ts'
import type { Operator } from '../../../model/operator.ts'
import { maxLimit } from '../../../operations/runtime.ts'
import { defaultRows, maxRows } from '../../../query/aggregate-plan.ts'
import { defaultLimit } from '../../../query/selection.ts'
import { isReachable } from '../routes-from-model.ts'
import { isShown } from './rule-facts.ts'
import { type Schema, schemaFromShape } from './schema-from-shape.ts'

export type Parameter = Schema

/** What `GET /api/{collection}` takes. */
export function listParameters(collection: CollectionModel): readonly Parameter[] {
  const shareds = ['limit', 'after', 'before', 'page', 'count'].map(shared)
  return [...refs(collection, { ...filterParameters(collection), ...listOnlyParameters(collection) }), ...shareds]
}

/** What `GET /api/{collection}/{id}` takes. */
export function recordParameters(collection: CollectionModel): readonly Parameter[] {
  return refs(collection, recordOnlyParameters(collection))
}

/** What `GET /api/{collection}/aggregate` takes. */
export function aggregateParameters(collection: CollectionModel): readonly Parameter[] {
  const own = { ...filterParameters(collection), ...searchParameter(collection) }
  return [...refs(collection, own), ...Object.keys(measureParameters).map(shared)]
}

/** The parameters of a collection, by their names among the components: they are used in several places. */
export function collectionParameters(collection: CollectionModel): Readonly<Record<string, Parameter>> {
  const own = { ...filterParameters(collection), ...listOnlyParameters(collection) }
  return Object.fromEntries(
    Object.entries(own).map(([name, parameter]) => [componentName(collection, name), parameter]),
  )
}

type ByName = Readonly<Record<string, Parameter>>

function listOnlyParameters(collection: CollectionModel): ByName {
  return { sort: sortParameter(collection), ...searchParameter(collection), ...recordOnlyParameters(collection) }
}

function recordOnlyParameters(collection: CollectionModel): ByName {
  return { fields: fieldsParameter(collection), ...expandParameter(collection) }
}

function refs(collection: CollectionModel, parameters: ByName): readonly Parameter[] {
  return Object.keys(parameters).map((name) => shared(componentName(collection, name)))
}

function componentName({ name }: CollectionModel, parameter: string): string {
  return `${name}.${parameter}`
}

/** Parameters that are the same for every collection: referred to, not repeated. */
export const sharedParameters: Readonly<Record<string, Parameter>> = {
  id: {
    name: 'id',
    in: 'path',
    required: true,
    schema: { type: 'string', format: 'uuid' },
    description: 'Id of the record.',
  },
  limit: query(
    'limit',
    { type: 'integer', minimum: 1, maximum: maxLimit, default: defaultLimit },
    'How many records at most.',
    {
      example: 5,
    },
  ),
  after: query(
    'after',
    { type: 'string' },
    'The cursor `page.next` of an answer to the same query: what comes after it.',
  ),
  before: query('before', { type: 'string' }, 'The cursor `page.previous` of an answer to the same query.'),
  page: query('page', { type: 'integer', minimum: 1 }, 'Which page, from 1, instead of a cursor.', { example: 1 }),
  count: query(
    'count',
    { type: 'string', enum: ['exact', 'estimated', 'none'], default: 'none' },
    'Whether `page.total` says how many records there are in all.',
    { example: 'exact' },
  ),
}

/** What `aggregate` takes besides filters. */
export const measureParameters: ByName = {
  groupBy: pathsParameter(
    'groupBy',
    'Fields, also behind relations, and times by `:year`, `:month` or `:day`.',
    'createdAt:month',
  ),
  groupCount: query('count', { type: 'boolean' }, 'How many records. Also counted when nothing else is asked for.', {
    example: true,
  }),
  sum: pathsParameter('sum', 'Number fields.'),
  avg: pathsParameter('avg', 'Number fields.'),
  min: pathsParameter('min', 'Fields that have an order.'),
  max: pathsParameter('max', 'Fields that have an order.', 'createdAt'),
  groupSort: pathsParameter('sort', 'A group or a result, with `-` for the other way round: `-count`, `-sum.price`.'),
  groupLimit: query(
    'limit',
    { type: 'integer', minimum: 1, maximum: maxRows, default: defaultRows },
    'How many groups at most.',
  ),
}

export function shared(name: string): Parameter {
  return { $ref: `#/components/parameters/${name}` }
}

function query(name: string, schema: Schema, description: string, more: Schema = {}): Parameter {
  return { name, in: 'query', description, schema, ...more }
}

/** Words separated by commas, in one parameter. */
function words(name: string, items: Schema, description: string, example: readonly string[] | undefined): Parameter {
  const schema = { type: 'array', items }
  return query(name, schema, description, { style: 'form', explode: false, ...(example && { example }) })
}

function pathsParameter(name: string, description: string, example?: string): Parameter {
  const items = { type: 'string', pattern: '^-?[A-Za-z][A-Za-z0-9.]*(:[a-z]+)?$' }
  return words(
    name,
    items,
    `${description} Several are separated by commas.`,
    example === undefined ? undefined : [example],
  )
}

function sortParameter({ fields }: CollectionModel): Parameter {
  const sortable = [...fields.values()].filter((field) => isShown(field) && orders(field)).map((field) => field.name)
  const items = { type: 'string', pattern: '^-?[A-Za-z][A-Za-z0-9.]*$' }
  const list = sortable.map((name) => `\`${name}\``).join(', ')
  return words('sort', items, `By which fields, \`-\` for descending: ${list}, and fields behind references.`, [
    '-createdAt',
  ])
}

function orders(field: FieldModel): boolean {
  return field.type.operators.includes('lt')
}

function searchParameter({ searchFields }: CollectionModel): ByName {
  if (searchFields.length === 0) return {}
  const list = searchFields.map((field) => `\`${field.name}\``).join(', ')
  const description = `Words that must all be in ${list}. The last may be the beginning of one.`
  return { search: query('search', { type: 'string' }, description) }
}

function fieldsParameter({ fields }: CollectionModel): Parameter {
  const names = [...fields.values()].filter((field) => isShown(field) && rests(field)).map((field) => field.name)
  return words('fields', { type: 'string', enum: names }, 'Only these fields, and the id.', undefined)
}

function expandParameter({ fields }: CollectionModel): ByName {
  const names = [...fields.values()].filter((field) => isShown(field) && isReachable(field)).map((field) => field.name)
  if (names.length === 0) return {}
  const list = names.map((name) => `\`${name}\``).join(', ')
  const description = `Records in place of their ids: ${list}. Further relations behind a dot, options in brackets: \`reviews(limit:5,sort:-createdAt,fields:(id,rating)).author\`.`
  return { expand: query('expand', { type: 'string' }, description, { example: names[0] }) }
}

// ── filters

/** One parameter per field: `filter[price]` with the operators as members, `filter[price][gte]=10`. */
function filterParameters({ fields }: CollectionModel): ByName {
  const filters = [...fields.values()].filter(isShown).flatMap((field) => {
    const schema = filterSchema(field)
    return schema === undefined ? [] : [[`filter.${field.name}`, filterParameter(field, schema)] as const]
  })
  return Object.fromEntries(filters)
}

function filterParameter(field: FieldModel, schema: Schema): Parameter {
  return { name: `filter[${field.name}]`, in: 'query', style: 'deepObject', explode: true, schema }
}

function filterSchema(field: FieldModel): Schema | undefined {
  const value = comparedSchema(field)
  const operators = field.type.operators.filter(
    (operator) => field.relation?.kind !== 'reference' || !isFarSide(operator),
  )
  if (operators.length === 0) return undefined
  const properties = Object.fromEntries(operators.map((operator) => [operator, operandSchemas[operator](value)]))
  return { type: 'object', properties, additionalProperties: false }
}

function isFarSide(operator: Operator): boolean {
  return operator === 'some' || operator === 'none'
}

const text: Schema = { type: 'string' }
const list: Schema = { type: 'string', description: 'Separated by commas; a comma in a value is written `\\,`.' }
const anyRecord: Schema = {
  type: 'boolean',
  enum: [true],
  description: 'Whether there is one at all. Conditions on it go deeper: `filter[reviews][some][rating][gte]=4`.',
}

const operandSchemas: Readonly<Record<Operator, (value: Schema) => Schema>> = {
  eq: (value) => value,
  ne: (value) => value,
  lt: (value) => value,
  lte: (value) => value,
  gt: (value) => value,
  gte: (value) => value,
  in: () => list,
  nin: () => list,
  null: () => ({ type: 'boolean' }),
  contains: (value) => value,
  icontains: () => text,
  startsWith: () => text,
  endsWith: () => text,
  between: () => ({ ...list, description: 'The first and the last value, separated by a comma.' }),
  some: () => anyRecord,
  none: () => anyRecord,
}

/** What the field is compared with: its first column, or an element of a list. */
function comparedSchema(field: FieldModel): Schema {
  const { shape, columns } = field.type
  if (shape.kind === 'choice' || shape.kind === 'reference') return schemaFromShape(shape, 'input')
  if (shape.kind === 'list') return looseSchemas[elementType(shape.items)?.kind ?? 'text']
  const [first] = columns
  return first === undefined ? text : looseSchemas[first.type.kind]
}

type ColumnKind = FieldModel['type']['columns'][number]['type']['kind']

const looseSchemas: Readonly<Record<ColumnKind, Schema>> = {
  id: { type: 'string', format: 'uuid' },
  text,
  integer: { type: 'integer' },
  real: { type: 'number' },
  decimal: { type: 'string', pattern: '^-?[0-9]{1,18}([.][0-9]{1,18})?$' },
  boolean: { type: 'boolean' },
  instant: { type: 'string', format: 'date-time' },
  date: { type: 'string', format: 'date' },
  json: text,
}

function rests(field: FieldModel): boolean {
  return field.type.columns.length > 0
}
