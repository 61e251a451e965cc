import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { collection, defineApp, everyone, integer, text } from '../../packages/server/src/index.ts'
import { type Field, makeField } from '../../packages/server/src/model/field.ts'
import { type Operator, operatorSets } from '../../packages/server/src/model/operator.ts'
import { fieldSamples } from '../../packages/server/src/testing/field-samples.ts'
import { type Bench, onBothDatabases } from './on-both-databases.ts'

/** A kind of field and values of it that are all different, in their order where the kind has one. */
interface Kind {
  readonly collection: string
  readonly name: string
  readonly field: Field<any, any, any> // any: whatever it holds
  readonly values: readonly unknown[]
  readonly isOrdered: boolean
}

const kinds: readonly Kind[] = fieldSamples
  .filter((sample) => sample.field.type.columns.length > 0)
  .map((sample, index) => ({
    collection: `kind${index}`,
    name: sample.name,
    field: makeField(sample.field.type, { optional: true }),
    values: sample.ordered.length > 0 ? sample.ordered : distinct(sample.valid.map(([_given, canonical]) => canonical)),
    isOrdered: sample.ordered.length > 0,
  }))

function distinct(values: readonly unknown[]): readonly unknown[] {
  return values.filter((value, index) => values.findIndex((other) => isDeepStrictEqual(other, value)) === index)
}

const rules = { read: everyone() }
const app = defineApp({
  name: 'operators',
  collections: [
    collection('categories', { fields: {}, rules }),
    ...kinds.map((kind) =>
      collection(kind.collection, {
        fields: { value: kind.field, name: text({ optional: true }), place: integer() },
        rules,
      }),
    ),
  ],
})

/** Which values an operator lets through, said once more in plain words. `index` is the place of a value in its order; -1 is null. */
const oracles: Partial<Record<Operator, (index: number, asked: readonly number[]) => boolean>> = {
  eq: (index, [only]) => index === only,
  ne: (index, [only]) => index !== only,
  lt: (index, [only]) => index >= 0 && index < only!,
  lte: (index, [only]) => index >= 0 && index <= only!,
  gt: (index, [only]) => index > only!,
  gte: (index, [only]) => index >= only!,
  between: (index, [least, most]) => index >= least! && index <= most!,
  in: (index, asked) => asked.includes(index),
  nin: (index, asked) => !asked.includes(index),
}
const takesList: ReadonlySet<string> = new Set(['between', 'in', 'nin'])
const isText: ReadonlySet<string> = new Set(['contains', 'icontains', 'startsWith', 'endsWith'])

onBothDatabases(app, (bench) => {
  before(async () => {
    for (const kind of kinds) await storeKind(kind, bench())
  })

  for (const kind of kinds) {
    describe(kind.name, () => {
      for (const [operator, oracle] of Object.entries(oracles)) {
        if (!kind.field.type.operators.includes(operator as Operator)) continue
        test(`${operator} lets through what it says`, async () => {
          for (const asked of questions(operator, kind)) {
            const expected = [-1, ...kind.values.keys()].filter((index) => oracle(index, asked))
            const values = asked.map((index) => kind.values[index])
            const operand = takesList.has(operator) ? values : values[0]
            assert.deepEqual(
              await found({ value: { [operator]: operand } }, kind, bench()),
              expected,
              JSON.stringify(operand),
            )
            const typed = takesList.has(operator) ? values.map(textOf) : textOf(operand)
            assert.deepEqual(await found({ value: { [operator]: typed } }, kind, bench(), true), expected, `${typed}`)
          }
        })
      }

      test('null finds the records without a value, and those with one', async () => {
        const withValue = [...kind.values.keys()]
        assert.deepEqual(await found({ value: { null: true } }, kind, bench()), [-1])
        assert.deepEqual(await found({ value: { null: 'false' } }, kind, bench(), true), withValue)
        if (kind.field.type.operators.includes('eq')) {
          assert.deepEqual(await found({ value: null }, kind, bench()), [-1])
          assert.deepEqual(await found({ value: { ne: null } }, kind, bench()), withValue)
        }
      })

      test('an operator that it does not have is refused, never passed over', async () => {
        for (const operator of operatorSets.text.filter((name) => !kind.field.type.operators.includes(name))) {
          await assert.rejects(
            found({ value: { [operator]: takesList.has(operator) ? [] : 'a' } }, kind, bench()),
            (error: any) => error.issues[0].code === 'unknown_operator', // any: thrown
            operator,
          )
        }
      })

      if (kind.isOrdered) {
        test('sorts by its order, records without a value first', async () => {
          assert.deepEqual(await found({}, kind, bench()), [-1, ...kind.values.keys()])
        })
      }

      if (kind.field.type.operators.includes('contains') && kind.isOrdered) {
        test('is found by parts of its text', async () => {
          const whole = kind.values as readonly string[]
          for (const part of ['', 'a', 'an', '%', '_', '.', whole[0]!, whole[1]!.slice(1), whole[1]!.slice(0, 2)]) {
            const matches = (is: (value: string) => boolean) => [...whole.keys()].filter((index) => is(whole[index]!))
            const expected = {
              contains: matches((value) => value.includes(part)),
              startsWith: matches((value) => value.startsWith(part)),
              endsWith: matches((value) => value.endsWith(part)),
              icontains: matches((value) => value.toLowerCase().includes(part.toLowerCase())),
            }
            for (const operator of isText)
              assert.deepEqual(
                await found({ value: { [operator]: part } }, kind, bench()),
                expected[operator as keyof typeof expected],
                `${operator} ${part}`,
              )
            assert.deepEqual(
              await found({ value: { icontains: part.toUpperCase() } }, kind, bench()),
              expected.icontains,
              `icontains ${part.toUpperCase()}`,
            )
          }
        })
      }
    })
  }
})

/** All single values, and some pairs and sets of them. */
function questions(operator: string, kind: Kind): readonly (readonly number[])[] {
  const all = [...kind.values.keys()]
  if (!takesList.has(operator)) return all.map((index) => [index])
  const pairs = all.flatMap((one) => [
    [one, one],
    [0, one],
    [one, 0],
    [one, all.length - 1],
  ])
  return operator === 'between' ? pairs : [[], all, ...pairs]
}

/** As a URL says it. Money is asked for by its amount. */
function textOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? String((value as { amount: number }).amount) : String(value)
}

async function storeKind(kind: Kind, { operations, system }: Bench): Promise<void> {
  for (const [index, value] of kind.values.entries()) {
    if (kind.field.type.relation?.kind === 'reference')
      await operations.create(system, 'categories', { id: value }).catch(() => undefined) // made for another kind already
    await operations.create(system, kind.collection, { value, place: index })
  }
  await operations.create(system, kind.collection, { value: null, place: -1 })
}

/** The places of the values that a filter finds, in the order of the values. */
async function found(
  where: object,
  kind: Kind,
  { operations, anyone }: Bench,
  hasTextValues = false,
): Promise<readonly number[]> {
  const sort = kind.isOrdered ? 'value' : 'id'
  const query = { where: where as Record<string, unknown>, hasTextValues, sort, limit: 100, fields: ['place'] }
  const { json } = await operations.find(anyone, kind.collection, query)
  const places = (JSON.parse(json).data as { place: number }[]).map(({ place }) => place)
  return kind.isOrdered ? places : places.toSorted((left, right) => left - right)
}
