import type { CollectionModel, FieldModel } from '../../../model/model.ts'
import { isToMany } from '../../../model/relation.ts'
import { isForEveryone } from '../../../model/rule.ts'
import { exampleFromField } from './example-from-field.ts'
import { isSettable, isShown } from './rule-facts.ts'
import { nullable, type Schema, schemaFromShape, withoutUndefined } from './schema-from-shape.ts'

/**
 * The schemas of a collection: what is read and what is sent. Their names begin with that of the collection, `OrderItems`.
 *
 * @param isListed  whether a collection has such schemas.
 */
export function recordSchemas(
  collection: CollectionModel,
  isListed: (collection: string) => boolean,
): Readonly<Record<string, Schema>> {
  const name = schemaName(collection.name)
  return {
    [`${name}Record`]: recordSchema(collection, isListed),
    [`${name}List`]: listSchema(collection),
    [`${name}Create`]: createSchema(collection),
    [`${name}Replace`]: replaceSchema(collection),
    [`${name}Update`]: updateSchema(collection),
  }
}

/** `order-items` as `OrderItems`. */
export function schemaName(collection: string): string {
  return collection.replace(/(?:^|-)([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase())
}

export function schemaRef(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` }
}

function recordSchema(collection: CollectionModel, isListed: (collection: string) => boolean): Schema {
  const isThere = (field: FieldModel) => rests(field) || isListed(field.relation!.target)
  const shown = [...collection.fields.values()].filter((field) => isShown(field) && isThere(field))
  return withoutUndefined({
    type: 'object',
    description: collection.description,
    properties: Object.fromEntries(shown.map((field) => [field.name, outputSchema(field, isListed)])),
    required: shown.filter((field) => rests(field) && isForEveryone(field.read)).map((field) => field.name),
  })
}

/** Fields that rest elsewhere are there only when they are expanded. */
function rests(field: FieldModel): boolean {
  return field.type.columns.length > 0
}

function outputSchema(field: FieldModel, isListed: (collection: string) => boolean): Schema {
  const isRelation = field.relation !== undefined && isListed(field.relation.target)
  return described(field, isRelation ? relationOutput(field) : plainOutput(field))
}

function plainOutput(field: FieldModel): Schema {
  const schema = schemaFromShape(field.type.shape, 'output')
  return field.isOptional ? nullable(schema) : schema
}

function relationOutput(field: FieldModel): Schema {
  const record = schemaRef(`${schemaName(field.relation!.target)}Record`)
  if (isToMany(field.relation)) return { type: 'array', items: record }
  if (!rests(field)) return { anyOf: [record, { type: 'null' }] }
  // A reference that is expanded can be null: the record behind it is not for everyone's eyes.
  return { anyOf: [schemaFromShape(field.type.shape, 'output'), record, { type: 'null' }] }
}

function described(field: FieldModel, schema: Schema): Schema {
  const notes = [
    field.description,
    rests(field) ? undefined : `There when it is expanded: \`expand=${field.name}\`.`,
    isForEveryone(field.read) ? undefined : 'Not there for everyone who may read the record.',
  ].filter((note) => note !== undefined)
  if (notes.length === 0) return schema
  return {
    ...schema,
    description: [...notes, ...(schema.description === undefined ? [] : [schema.description])].join(' '),
  }
}

function listSchema(collection: CollectionModel): Schema {
  return {
    type: 'object',
    properties: {
      data: { type: 'array', items: schemaRef(`${schemaName(collection.name)}Record`) },
      page: schemaRef('Page'),
    },
    required: ['data', 'page'],
  }
}

/** @param given  a field that need not be sent, because the path says it. */
export function createSchema(collection: CollectionModel, given?: string): Schema {
  const fields = [...collection.fields.values()].filter(isSettable)
  const needed = fields.filter((field) => isRequired(field) && field.name !== given)
  return withoutUndefined({
    type: 'object',
    properties: { id: chosenId, ...Object.fromEntries(fields.map((field) => [field.name, inputSchema(field)])) },
    ...requiredOf(needed),
    additionalProperties: false,
    ...exampleOf(needed),
  })
}

const chosenId: Schema = {
  type: 'string',
  format: 'uuid',
  description: 'A UUID in lower case, version 7 at best. Made by the server when left out.',
}

/** A record that was read can be sent back: what the server sets is looked over. */
function replaceSchema(collection: CollectionModel): Schema {
  const all = [...collection.fields.values()]
  const fields = all.filter(isSettable)
  const properties = all
    .filter((field) => field.isSystem || isSettable(field))
    .map((field) => [field.name, field.isSystem ? described(field, plainOutput(field)) : replacementSchema(field)])
  return withoutUndefined({
    type: 'object',
    properties: Object.fromEntries(properties),
    ...requiredOf(fields),
    additionalProperties: false,
    ...exampleOf(fields.filter(isRequired)),
  })
}

function replacementSchema(field: FieldModel): Schema {
  const schema = inputSchema(field)
  return field.hasDefault && !field.isOptional ? nullable(schema) : schema
}

function updateSchema(collection: CollectionModel): Schema {
  const fields = [...collection.fields.values()].filter((field) => isSettable(field) && !field.isImmutable)
  const [first] = fields.filter((field) => field.relation === undefined && exampleFromField(field) !== undefined)
  return withoutUndefined({
    type: 'object',
    description: 'A merge patch (RFC 7396): what is left out stays, null clears, objects are merged.',
    properties: Object.fromEntries(fields.map((field) => [field.name, patchSchema(field)])),
    additionalProperties: false,
    ...exampleOf(first === undefined ? [] : [first]),
  })
}

function inputSchema(field: FieldModel): Schema {
  const schema = schemaFromShape(field.type.shape, 'input')
  return withDescription(field, field.isOptional ? nullable(schema) : schema)
}

function patchSchema(field: FieldModel): Schema {
  const schema = schemaFromShape(field.type.shape, 'patch')
  return withDescription(field, field.isOptional ? nullable(schema) : schema)
}

function withDescription(field: FieldModel, schema: Schema): Schema {
  return field.description === undefined ? schema : { ...schema, description: field.description }
}

/** The schema of values that are not a record: what an action takes and gives. */
export function valuesSchema(fields: ReadonlyMap<string, FieldModel>, direction: 'input' | 'output'): Schema {
  const all = [...fields.values()]
  const schemaOf = (field: FieldModel) => (direction === 'input' ? inputSchema(field) : plainOutput(field))
  return withoutUndefined({
    type: 'object',
    properties: Object.fromEntries(all.map((field) => [field.name, schemaOf(field)])),
    ...(direction === 'input' ? requiredOf(all) : { required: all.map((field) => field.name) }),
    ...(direction === 'input' && { additionalProperties: false, ...exampleOf(all.filter(isRequired)) }),
  })
}

function requiredOf(fields: readonly FieldModel[]): { readonly required?: readonly string[] } {
  const required = fields.filter(isRequired).map((field) => field.name)
  return required.length > 0 ? { required } : {}
}

function isRequired(field: FieldModel): boolean {
  return !field.isOptional && !field.hasDefault && field.type.derive === undefined && rests(field)
}

/** An object of examples, unless one of them is missing. */
function exampleOf(fields: readonly FieldModel[]): { readonly examples?: readonly unknown[] } {
  const members = fields.map((field) => [field.name, exampleFromField(field)] as const)
  if (members.some(([, value]) => value === undefined)) return {}
  return { examples: [Object.fromEntries(members)] }
}
