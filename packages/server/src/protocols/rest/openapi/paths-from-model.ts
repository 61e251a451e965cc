import type { ActionModel, CollectionModel, FieldModel, Model } from '../../../model/model.ts'
import { isFarSide, isToMany } from '../../../model/relation.ts'
import { isForEveryone, isForNobody } from '../../../model/rule.ts'
import { isReachable } from '../routes-from-model.ts'
import { aggregateParameters, listParameters, recordParameters, shared } from './query-parameters.ts'
import { createSchema, schemaName, schemaRef, valuesSchema } from './record-schemas.ts'
import { isShown, whoMay } from './rule-facts.ts'
import type { Schema } from './schema-from-shape.ts'
import { problemResponses } from './shared-components.ts'

type Paths = Record<string, Record<string, Schema>>

/** Everything that can be asked of the listed collections. What is allowed to nobody is left out. */
export function pathsFromModel(model: Model, listed: readonly CollectionModel[]): Readonly<Paths> {
  const paths: Paths = { '/api/batch': { post: batchOperation } }
  for (const collection of listed) {
    addCollection(paths, collection, model)
    for (const field of collection.fields.values()) addRelation(paths, collection, field, listed, model)
    for (const action of collection.actions.values()) addAction(paths, action, model)
  }
  return paths
}

function addCollection(paths: Paths, collection: CollectionModel, model: Model): void {
  const { name, rules } = collection
  for (const { verb, allowedBy, path, method, summary, note = '', input, ...rest } of operationsOfCollections) {
    if (isForNobody(rules[allowedBy])) continue
    add(paths, `/api/${name}${path}`, method, {
      ...about(
        collection,
        `${verb}_${operationName(name)}`,
        summary(name),
        whoMay(rules[allowedBy], collection, model) + note,
      ),
      parameters: rest.parameters(collection),
      ...(input && { requestBody: body(schemaRef(`${schemaName(name)}${input}`), rest.types) }),
      responses: rest.responses(collection),
    })
  }
}

/** An operation that every collection has, unless its rule allows it to nobody. */
interface OperationOfCollections {
  readonly verb: string
  readonly allowedBy: keyof CollectionModel['rules']
  /** After `/api/{collection}`. */
  readonly path: '' | '/aggregate' | '/{id}'
  readonly method: 'get' | 'post' | 'patch' | 'put' | 'delete'
  summary(name: string): string
  /** Said after who may do it. */
  readonly note?: string
  parameters(collection: CollectionModel): readonly Schema[]
  /** Which schema of the collection the body has. */
  readonly input?: 'Create' | 'Update' | 'Replace'
  /** Media types of the body. Default: JSON. */
  readonly types?: readonly string[]
  responses(collection: CollectionModel): Schema
}

const filterNote = `

Conditions on several fields all hold. Others are written with \`filter[or][0][name][contains]=x&filter[or][1][price][lt]=5\`, \`filter[not][name]=x\`; fields behind a reference with a dot, \`filter[category.slug]=tea\`; records at the far side of a relation with \`filter[reviews][some][rating][gte]=4\`.`

const operationsOfCollections: readonly OperationOfCollections[] = [
  {
    verb: 'list',
    allowedBy: 'read',
    path: '',
    method: 'get',
    summary: (name) => `List ${name}`,
    note: filterNote,
    parameters: (collection) => [...listParameters(collection), header('ifNoneMatch')],
    responses: ({ name }) => reading(schemaRef(`${schemaName(name)}List`), [400, 401, 403]),
  },
  {
    verb: 'aggregate',
    allowedBy: 'read',
    path: '/aggregate',
    method: 'get',
    summary: (name) => `Count and sum ${name}`,
    parameters: (collection) => [...aggregateParameters(collection), header('ifNoneMatch')],
    responses: () => reading(schemaRef('Groups'), [400, 401, 403]),
  },
  {
    verb: 'get',
    allowedBy: 'read',
    path: '/{id}',
    method: 'get',
    summary: (name) => `Get a record of ${name}`,
    parameters: (collection) => [shared('id'), ...recordParameters(collection), header('ifNoneMatch')],
    responses: ({ name }) => reading(schemaRef(`${schemaName(name)}Record`), [400, 401, 403, 404]),
  },
  {
    verb: 'create',
    allowedBy: 'create',
    path: '',
    method: 'post',
    summary: (name) => `Create a record in ${name}`,
    parameters: () => [header('idempotencyKey'), header('prefer')],
    input: 'Create',
    responses: (collection) => ({
      201: created(recordSchemaOf(collection)),
      ...problemResponses([400, 401, 403, 409, 413, 415, 422]),
    }),
  },
  {
    verb: 'update',
    allowedBy: 'update',
    path: '/{id}',
    method: 'patch',
    summary: (name) => `Change a record of ${name}`,
    parameters: changeParameters,
    input: 'Update',
    types: ['application/merge-patch+json', 'application/json'],
    responses: (collection) => changing(recordSchemaOf(collection)),
  },
  {
    verb: 'replace',
    allowedBy: 'update',
    path: '/{id}',
    method: 'put',
    summary: (name) => `Replace or create a record of ${name}`,
    parameters: changeParameters,
    input: 'Replace',
    responses: (collection) => ({
      201: created(recordSchemaOf(collection)),
      ...changing(recordSchemaOf(collection)),
    }),
  },
  {
    verb: 'delete',
    allowedBy: 'delete',
    path: '/{id}',
    method: 'delete',
    summary: (name) => `Delete a record of ${name}`,
    parameters: changeParameters,
    responses: () => ({ 204: { description: 'It is gone.' }, ...problemResponses([401, 403, 404, 409, 412]) }),
  },
]

function changeParameters(): readonly Schema[] {
  return [shared('id'), header('ifMatch'), header('idempotencyKey'), header('prefer')]
}

function addRelation(
  paths: Paths,
  collection: CollectionModel,
  field: FieldModel,
  listed: readonly CollectionModel[],
  model: Model,
): void {
  const target = listed.find(({ name }) => name === field.relation?.target)
  if (target === undefined || !isShown(field) || !isReachable(field) || isForNobody(collection.rules.read)) return
  const path = `/api/${collection.name}/{id}/${field.name}`
  const id = `${operationName(collection.name)}_${field.name}`
  const isList = isToMany(field.relation)
  if (!isForNobody(target.rules.read)) {
    const parameters = isList ? listParameters(target) : recordParameters(target)
    add(paths, path, 'get', {
      ...about(
        collection,
        `list_${id}`,
        `${isList ? 'List' : 'Get'} ${field.name} of a record of ${collection.name}`,
        whoMay(target.rules.read, target, model),
      ),
      parameters: [shared('id'), ...parameters, header('ifNoneMatch')],
      responses: reading(schemaRef(`${schemaName(target.name)}${isList ? 'List' : 'Record'}`), [400, 401, 403, 404]),
    })
  }
  if (field.relation?.kind === 'reference' || isForNobody(target.rules.create)) return
  add(paths, path, 'post', {
    ...about(
      collection,
      `create_${id}`,
      `Create ${field.name} of a record of ${collection.name}`,
      whoMay(target.rules.create, target, model),
    ),
    parameters: [shared('id'), header('idempotencyKey'), header('prefer')],
    requestBody: body(relatedInput(field, target)),
    responses: { 201: created(recordSchemaOf(target)), ...problemResponses([400, 401, 403, 404, 409, 413, 415, 422]) },
  })
}

/** An input of the other collection, whose reference to this record is filled in. */
function relatedInput({ relation }: FieldModel, target: CollectionModel): Schema {
  if (isFarSide(relation)) return createSchema(target, relation.by)
  return schemaRef(`${schemaName(target.name)}Create`)
}

function addAction(paths: Paths, action: ActionModel, model: Model): void {
  if (isForNobody(action.allow)) return
  const { collection, name, on } = action
  const isOfRecord = on === 'record'
  const of = model.collections.get(collection)!
  const hasInput = action.input.size > 0
  add(paths, isOfRecord ? `/api/${collection}/{id}/${name}` : `/api/${collection}/${name}`, 'post', {
    ...about(
      of,
      `${operationName(collection)}_${operationName(name)}`,
      `Call ${name} of ${isOfRecord ? 'a record of ' : ''}${collection}`,
      [action.description, whoMay(action.allow, of, model)].filter((text) => text !== undefined).join('\n\n'),
    ),
    parameters: [...(isOfRecord ? [shared('id')] : []), header('idempotencyKey'), header('prefer')],
    ...(hasInput && { requestBody: body(valuesSchema(action.input, 'input')) }),
    responses: { ...actionResponse(action, model), ...problemResponses([400, 401, 403, 404, 409, 413, 415, 422]) },
  })
}

function actionResponse({ output }: ActionModel, model: Model): Readonly<Record<string, Schema>> {
  if (output.kind === 'none') return { 204: { description: 'Done.' } }
  const schema =
    output.kind === 'record'
      ? recordSchemaOf(model.collections.get(output.collection)!)
      : valuesSchema(output.fields, 'output')
  return { 200: { description: 'Done.', content: { 'application/json': { schema } } } }
}

const batchOperation: Schema = {
  operationId: 'batch',
  summary: 'Do several things in one transaction: all or none',
  tags: ['batch'],
  parameters: [header('idempotencyKey'), header('prefer')],
  requestBody: body(schemaRef('Batch')),
  responses: {
    200: { description: 'All of it was done.', content: json(schemaRef('BatchResults')) },
    ...problemResponses([400, 401, 403, 404, 409, 412, 413, 415, 422]),
  },
}

function about({ name }: CollectionModel, operationId: string, summary: string, description: string): Schema {
  return { operationId, summary, description, tags: [name] }
}

/** `order-items` as `orderItems`. */
function operationName(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase())
}

/** The record, or its id alone where who may write need not be able to read. */
function recordSchemaOf({ name, rules }: CollectionModel): Schema {
  const record = schemaRef(`${schemaName(name)}Record`)
  return isForEveryone(rules.read) ? record : { anyOf: [record, schemaRef('OnlyId')] }
}

function add(paths: Paths, path: string, method: string, operation: Schema): void {
  paths[path] = { ...paths[path], [method]: operation }
}

function header(name: string): Schema {
  return { $ref: `#/components/parameters/${name}` }
}

function body(schema: Schema, types: readonly string[] = ['application/json']): Schema {
  return { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) }
}

function json(schema: Schema): Schema {
  return { 'application/json': { schema } }
}

const etag = { ETag: { $ref: '#/components/headers/ETag' } }

function reading(schema: Schema, problems: readonly number[]): Schema {
  return {
    200: { description: 'Here it is.', headers: etag, content: json(schema) },
    304: { $ref: '#/components/responses/NotModified' },
    ...problemResponses([...problems, 429]),
  }
}

function created(schema: Schema): Schema {
  const headers = { ...etag, Location: { $ref: '#/components/headers/Location' } }
  return { description: 'It was created.', headers, content: json(schema) }
}

function changing(schema: Schema): Schema {
  return {
    200: { description: 'It was changed.', headers: etag, content: json(schema) },
    204: { description: 'It was changed, and `Prefer: return=minimal` asked for no body.' },
    ...problemResponses([400, 401, 403, 404, 409, 412, 413, 415, 422]),
  }
}
