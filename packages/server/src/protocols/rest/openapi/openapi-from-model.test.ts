import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import * as f from '../../../fields/index.ts'
import { action } from '../../../model/action.ts'
import { defineApp } from '../../../model/app.ts'
import { collection } from '../../../model/collection.ts'
import { compileModel } from '../../../model/compile-model.ts'
import { eq, everyone, nobody, role, signedIn } from '../../../model/rule.ts'
import { fieldSamples } from '../../../testing/field-samples.ts'
import { exampleFromField } from './example-from-field.ts'
import { openApiFromModel } from './openapi-from-model.ts'
import type { Schema } from './schema-from-shape.ts'

const canary = 'canaryOfSecrets'
const teas = collection('black-teas', {
  description: 'Leaves.',
  fields: {
    name: f.text({ max: 50, search: true, description: 'What it is called.' }),
    slug: f.slug({ from: 'name' }),
    price: f.money({ min: 0 }),
    garden: f.reference('gardens', { optional: true }),
    [canary]: f.text({ private: true, optional: true }),
    cost: f.integer({ optional: true, read: role('staff') }),
    neverRead: f.text({ read: nobody(), optional: true }),
    neverSet: f.integer({ write: nobody(), default: 0 }),
    kind: f.choice(['leaf', 'bag'], { default: 'leaf', immutable: true }),
  },
  rules: { read: everyone(), create: signedIn(), update: role('staff') },
})
const gardens = collection('gardens', {
  fields: { name: f.text(), owner: f.text(), teas: f.many('black-teas') },
  rules: { read: ({ row, actor }) => eq(row.owner, actor.id), create: role('staff') },
})
const hidden = collection('hidden-things', { fields: { name: f.text() } })
const pour = action('black-teas', 'pour', {
  input: { cups: f.integer({ min: 1 }) },
  output: { left: f.integer() },
  allow: everyone(),
  run: () => ({ left: 1 }),
})
const never = action('black-teas', 'never', { run: () => undefined })
const count = action('black-teas', 'count-all', { on: 'collection', allow: signedIn(), run: () => undefined })
const model = compileModel(
  defineApp({
    name: 'Teas',
    collections: [teas, gardens, hidden],
    actions: [pour, never, count],
    roles: { staff: {} },
  }),
)
const document = openApiFromModel(model, '')
const schema = (name: string) => document.components.schemas![name] as Schema & { properties: Record<string, Schema> }

test('an independent validator finds the document valid', async () => {
  const result = await new Validator().validate(structuredClone(document) as never)
  assert.equal(result.valid, true, JSON.stringify(result.errors))
})

test('every reference leads somewhere, and every operation has a name of its own', () => {
  const names = new Set<string>()
  walk(document, (value) => {
    if (typeof value.$ref === 'string') {
      const found = value.$ref
        .slice(2)
        .split('/')
        .reduce<any>((at, step) => at?.[step], document) // any: a walk through JSON
      assert.ok(found, value.$ref)
    }
    if (typeof value.operationId === 'string') {
      assert.ok(!names.has(value.operationId), value.operationId)
      names.add(value.operationId)
    }
  })
  assert.ok(names.size > 10)
})

test('a private field is nowhere, nor is one that nobody may read', () => {
  const text = JSON.stringify(document)
  assert.doesNotMatch(text, new RegExp(canary))
  assert.equal(schema('BlackTeasRecord').properties.neverRead, undefined)
  assert.doesNotMatch(JSON.stringify(document.components.parameters), /neverRead/)
})

test('what nobody may do is not described', () => {
  assert.deepEqual(Object.keys(document.paths).sort(), [
    '/api/batch',
    '/api/black-teas',
    '/api/black-teas/aggregate',
    '/api/black-teas/count-all',
    '/api/black-teas/{id}',
    '/api/black-teas/{id}/garden',
    '/api/black-teas/{id}/pour',
    '/api/gardens',
    '/api/gardens/aggregate',
    '/api/gardens/{id}',
    '/api/gardens/{id}/teas',
  ])
  assert.deepEqual(Object.keys(document.paths['/api/black-teas/{id}']!), ['get', 'patch', 'put'])
  assert.doesNotMatch(JSON.stringify(document), /hidden-things/)
})

test('a record has what is read, required where everyone who reads the record sees it', () => {
  const record = schema('BlackTeasRecord')
  assert.deepEqual(Object.keys(record.properties), [
    'id',
    'createdAt',
    'updatedAt',
    'version',
    'name',
    'slug',
    'price',
    'garden',
    'cost',
    'neverSet',
    'kind',
  ])
  assert.ok(!(record.required as string[]).includes('cost'))
  assert.ok((record.required as string[]).includes('garden'), 'null is there, too')
})

test('an input has what can be set: required, nullable, no more', () => {
  const create = schema('BlackTeasCreate')
  assert.deepEqual(create.required, ['name', 'price'])
  assert.deepEqual(Object.keys(create.properties), [
    'id',
    'name',
    'slug',
    'price',
    'garden',
    'cost',
    'neverRead',
    'kind',
  ])
  assert.deepEqual(create.properties.cost!.type, ['integer', 'null'])
  assert.equal(create.additionalProperties, false)
  const update = schema('BlackTeasUpdate')
  assert.equal(update.required, undefined)
  assert.equal(update.properties.kind, undefined, 'what is set once is not changed')
  assert.ok('version' in schema('BlackTeasReplace').properties, 'a record that was read can be sent back')
})

test('a filter is described by the operators of its field', () => {
  const parameters = document.components.parameters as Record<string, any> // any: read as JSON
  const price = parameters['black-teas.filter.price']
  assert.equal(price.name, 'filter[price]')
  assert.equal(price.style, 'deepObject')
  assert.deepEqual(price.schema.properties.gte, { type: 'integer' })
  assert.deepEqual(Object.keys(parameters['gardens.filter.teas'].schema.properties), ['some', 'none'])
  assert.ok(parameters['black-teas.search'])
  assert.equal(parameters['gardens.search'], undefined)
})

test('what a list is asked for is described as what its items are', () => {
  const items = { day: f.date(), moment: f.instant(), price: f.decimal({ precision: 9, scale: 2 }), size: f.number() }
  const fields = Object.fromEntries(Object.entries(items).map(([name, item]) => [name, f.list(item)]))
  const lists = collection('lists', { fields, rules: { read: everyone() } })
  const { parameters } = openApiFromModel(
    compileModel(defineApp({ name: 'Lists', collections: [lists] })),
    '',
  ).components
  const asked = (name: string) => {
    const { schema } = parameters![`lists.filter.${name}`] as { schema: { properties: Record<string, Schema> } }
    return schema.properties.contains!
  }
  assert.equal(asked('day').format, 'date')
  assert.equal(asked('moment').format, 'date-time')
  assert.match('12.50', new RegExp(asked('price').pattern as string))
  assert.equal(asked('size').type, 'number')
})

test('an example of every field is one that the field takes', () => {
  for (const { name, field } of fieldSamples) {
    const relation = field.type.relation?.kind
    if (relation === 'many' || relation === 'one') continue
    const sample = compileModel(
      defineApp({
        name: 'One',
        collections: [
          collection('samples', {
            fields: { sampleField: f.text(), self: f.reference('samples', { optional: true }) },
          }),
        ],
      }),
    )
    const base = sample.collections.get('samples')!.fields.get('sampleField')!
    const example = exampleFromField({ ...base, type: field.type, options: field.options })
    assert.notEqual(example, undefined, name)
    field.type.parse(example, (_code, message) => assert.fail(`${name}: ${JSON.stringify(example)} ${message}`))
  }
})

function walk(value: unknown, visit: (value: Record<string, unknown>) => void): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) visit(value as Record<string, unknown>)
  for (const member of Object.values(value)) walk(member, visit)
}
