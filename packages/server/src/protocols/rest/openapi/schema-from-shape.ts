import type { Property, Shape, ShapeKind } from '../../../model/shape.ts'

/** A schema of JSON Schema 2020-12, as OpenAPI 3.1 uses it. */
export type Schema = Readonly<Record<string, unknown>>

/** Whether a value is sent to the server or comes from it: inputs may leave out what has a default. */
export type Direction = 'input' | 'output' | 'patch'

/** What a value looks like in JSON. */
export function schemaFromShape(shape: Shape, direction: Direction): Schema {
  const make = schemas[shape.kind] as (shape: Shape, direction: Direction) => Schema
  return withoutUndefined(make(shape, direction))
}

type Makers = { readonly [K in ShapeKind]: (shape: Extract<Shape, { kind: K }>, direction: Direction) => Schema }

const schemas: Makers = {
  text: ({ minLength, maxLength, pattern, format }) => ({
    type: 'string',
    minLength,
    maxLength,
    pattern,
    format: format === 'slug' ? undefined : format, // its pattern says it; JSON Schema has no such format
  }),
  integer: ({ min, max }) => ({ type: 'integer', minimum: min, maximum: max }),
  number: ({ min, max }) => ({ type: 'number', minimum: min, maximum: max }),
  decimal: ({ precision, scale, min, max }) => ({
    type: 'string',
    pattern: decimalPattern(precision, scale),
    description: decimalBounds(min, max),
  }),
  boolean: () => ({ type: 'boolean' }),
  instant: () => ({ type: 'string', format: 'date-time' }),
  date: () => ({ type: 'string', format: 'date' }),
  bytes: ({ maxBytes }) => ({
    type: 'string',
    contentEncoding: 'base64url',
    pattern: '^[A-Za-z0-9_-]*$',
    maxLength: maxBytes === undefined ? undefined : Math.ceil((maxBytes * 4) / 3),
  }),
  json: () => ({ type: ['object', 'array', 'string', 'number', 'boolean'] }),
  choice: ({ values }) => ({ type: 'string', enum: [...values] }),
  reference: ({ target }) => ({ type: 'string', format: 'uuid', description: `Id of a record of ${target}.` }),
  list: ({ items, minItems, maxItems, isUnique }, direction) => ({
    type: 'array',
    items: schemaFromShape(items, direction),
    minItems,
    maxItems,
    uniqueItems: isUnique,
  }),
  object: ({ properties }, direction) => objectSchema(properties, direction),
}

function objectSchema(properties: Readonly<Record<string, Property>>, direction: Direction): Schema {
  const all = Object.entries(properties)
  const mayLack = direction === 'output' ? 'isNullable' : 'isOptional'
  const required = all.filter(([, property]) => !property[mayLack]).map(([name]) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(
      all.map(([name, property]) => {
        const schema = schemaFromShape(property.shape, direction)
        return [name, property[mayLack] || direction === 'patch' ? nullable(schema) : schema]
      }),
    ),
    required: required.length > 0 && direction !== 'patch' ? required : undefined,
    additionalProperties: direction === 'output' ? undefined : false,
  }
}

/** The same, or null. */
export function nullable(schema: Schema): Schema {
  if ('$ref' in schema || 'anyOf' in schema) return { anyOf: [schema, { type: 'null' }] }
  const type = [schema.type].flat().concat('null')
  return { ...schema, type, ...(Array.isArray(schema.enum) && { enum: [...schema.enum, null] }) }
}

function decimalPattern(precision: number, scale: number): string {
  const whole = precision === scale ? '0' : `(?:0|[1-9][0-9]{0,${precision - scale - 1}})`
  return scale === 0 ? `^-?${whole}$` : `^-?${whole}\\.[0-9]{${scale}}$`
}

function decimalBounds(min: string | undefined, max: string | undefined): string | undefined {
  const bounds = [min === undefined ? [] : `at least ${min}`, max === undefined ? [] : `at most ${max}`].flat()
  return bounds.length === 0 ? undefined : `${bounds.join(', ')}.`
}

export function withoutUndefined(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined))
}
