import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Field } from '../model/field.ts'
import type { FieldSample } from './field-samples.ts'
import { fitsShape } from './fits-shape.ts'

/** Proves that field types keep their word about values; `fieldStorageContract` does for databases. */
export function fieldContract(samples: readonly FieldSample[]): void {
  for (const sample of samples) {
    const { field } = sample
    describe(`the field ${sample.name}`, () => {
      it('is declared without a problem', () => {
        assert.deepEqual(field.type.problems, [])
        assert.ok(Object.isFrozen(field) && Object.isFrozen(field.type) && Object.isFrozen(field.options))
      })
      it('rests in one column, or one for each of some members, or none', () => checkColumns(field))
      it('brings what is valid to its canonical form, and leaves that as it is', () => {
        for (const [given, canonical] of sample.valid) {
          assert.deepEqual(parse(field, given), { value: canonical, issues: [] })
          assert.deepEqual(parse(field, canonical), { value: canonical, issues: [] })
          assert.ok(fitsShape(field.type.shape, canonical), `${JSON.stringify(canonical)} does not fit the shape`)
        }
      })
      it('refuses what is invalid with a code, a place and a sentence', () => {
        for (const [given, code, path = []] of sample.invalid) {
          const { issues } = parse(field, given)
          const found = issues.find((issue) => issue.code === code)
          assert.deepEqual(found?.path, path, `${code} of ${describeValue(given)}: ${JSON.stringify(issues)}`)
          assert.match(found.message, /^(must|is|cannot) /)
        }
      })
      it('gives its ordered samples in their canonical form', () => {
        for (const value of sample.ordered) assert.deepEqual(parse(field, value), { value, issues: [] })
      })
      it('never throws, and accepts nothing that its shape does not', () => {
        fc.assert(
          fc.property(anyInput(sample), (given) => checkAnswer(field, given)),
          { numRuns: 1000 },
        )
      })
    })
  }
}

interface Answer {
  readonly value: unknown
  readonly issues: readonly { code: string; message: string; path: readonly (string | number)[] }[]
}

/** What a field makes of a value; the value is undefined when anything was reported. */
export function parse(field: Field<any, any, any>, given: unknown): Answer {
  const issues: { code: string; message: string; path: readonly (string | number)[] }[] = []
  const value = field.type.parse(given, (code, message, _params, path = []) => issues.push({ code, message, path }))
  return { value: issues.length === 0 ? value : undefined, issues }
}

function checkColumns({ type }: Field): void {
  const keys = type.columns.map((column) => column.key)
  const hasNoKey = keys.length === 0 || (keys.length === 1 && keys[0] === undefined)
  if (hasNoKey) return
  assert.equal(type.shape.kind, 'object')
  const members = type.shape.kind === 'object' ? Object.keys(type.shape.properties) : []
  assert.deepEqual([...keys].sort(), members.sort(), 'each member of the object rests in a column')
  assert.equal(new Set(type.columns.map((column) => column.suffix)).size, keys.length, 'each column has its own name')
}

/** Anything at all, and valid values with something changed, which get further into the type. */
export function anyInput({ valid, invalid }: FieldSample): fc.Arbitrary<unknown> {
  const samples = [...valid, ...invalid].map(([given]) => given)
  return fc.oneof(
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSparseArray: true }),
    fc.jsonValue({ noUnicodeString: false }),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...samples).chain(changed),
  )
}

function changed(sample: unknown): fc.Arbitrary<unknown> {
  if (typeof sample === 'string') return changedText(sample)
  if (typeof sample === 'number') return fc.double().map((by) => sample + by)
  if (Array.isArray(sample))
    return fc.array(fc.oneof(fc.constantFrom(...sample, null), fc.anything()), { maxLength: 5 })
  if (typeof sample !== 'object' || sample === null) return fc.anything()
  return fc
    .tuple(fc.constantFrom(...Object.keys(sample), 'other', '__proto__'), fc.anything())
    .map(([name, value]) => ({ ...sample, [name]: value }))
}

function changedText(sample: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(sample.length), fc.nat(2), fc.string({ unit: 'binary', maxLength: 2 }))
    .map(([at, removed, inserted]) => sample.slice(0, at) + inserted + sample.slice(at + removed))
}

function checkAnswer(field: Field, given: unknown): void {
  if (given === undefined || given === null) return
  const { value, issues } = parse(field, given)
  if (issues.length > 0) return
  assert.ok(fitsShape(field.type.shape, value), `${describeValue(given)} was accepted as ${describeValue(value)}`)
  assert.deepEqual(parse(field, value), { value, issues: [] })
  assert.deepEqual(JSON.parse(JSON.stringify(value)), value)
}

function describeValue(value: unknown): string {
  return fc.stringify(value).slice(0, 200)
}
