import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as f from '../fields/index.ts'
import { collection } from '../model/collection.ts'
import type { Fields } from '../model/field.ts'
import type { Model } from '../model/model.ts'
import type { Database } from '../ports/database.ts'
import {
  inAnyOrder,
  insertRecords,
  type MigrationPlace,
  modelOf,
  type Records,
  readRecords,
  withDatabase,
} from '../testing/migration-place.ts'
import type { ChangeClass } from './classify.ts'
import { notesOf } from './describe-plan.ts'
import { ensureSchema } from './ensure-schema.ts'
import { applyPlan, revertLast } from './migrate.ts'
import { planMigration } from './plan.ts'
import { tablesFromModel } from './tables-from-model.ts'

interface Case {
  readonly name: string
  readonly before: Fields
  readonly after: Fields
  readonly indexes?: { readonly before?: readonly string[][]; readonly after?: readonly string[][] }
  readonly records: Records
  /** Default: the same as `records`. */
  readonly migrated?: Records
  /** Default: the same as `records`. */
  readonly reverted?: Records
  /** Classes of all that happens; `rewrites the table` differs between databases and is left out. */
  readonly classes: readonly ChangeClass[]
}

const two = [{ name: 'tea' }, { name: 'coffee' }]
const eur = (amount: number) => ({ amount, currency: 'EUR' })

const cases: readonly Case[] = [
  {
    name: 'an optional field is added',
    before: { name: f.text() },
    after: { name: f.text(), note: f.text({ optional: true }) },
    records: two,
    migrated: two.map((record) => ({ ...record, note: null })),
    classes: ['safe'],
  },
  {
    name: 'a required field is added with its default in every record',
    before: { name: f.text() },
    after: { name: f.text(), price: f.money({ default: eur(250) }), tags: f.list(f.text(), { default: [`it's`] }) },
    records: two,
    migrated: two.map((record) => ({ ...record, price: eur(250), tags: [`it's`] })),
    classes: ['safe'],
  },
  {
    name: 'a field is dropped',
    before: { name: f.text(), price: f.money({ optional: true }) },
    after: { name: f.text() },
    records: [
      { name: 'tea', price: eur(1) },
      { name: 'water', price: null },
    ],
    migrated: [{ name: 'tea' }, { name: 'water' }],
    reverted: [
      { name: 'tea', price: null },
      { name: 'water', price: null },
    ],
    classes: ['loses data'],
  },
  {
    name: 'a field is renamed',
    before: { title: f.text({ unique: true, search: true }), cost: f.money() },
    after: {
      name: f.text({ unique: true, search: true, renamedFrom: 'title' }),
      price: f.money({ renamedFrom: 'cost' }),
    },
    records: [{ title: 'tea', cost: eur(3) }],
    migrated: [{ name: 'tea', price: eur(3) }],
    classes: ['safe', 'locks'],
  },
  {
    name: 'names move along a chain',
    before: { a: f.text(), b: f.text() },
    after: { b: f.text({ renamedFrom: 'a' }), c: f.text({ renamedFrom: 'b' }) },
    records: [{ a: '1', b: '2' }],
    migrated: [{ b: '1', c: '2' }],
    classes: ['safe'],
  },
  {
    name: 'a name is given to another field',
    before: { name: f.text() },
    after: { title: f.text({ renamedFrom: 'name' }), name: f.text({ default: 'new' }) },
    records: two,
    migrated: [
      { title: 'tea', name: 'new' },
      { title: 'coffee', name: 'new' },
    ],
    classes: ['safe'],
  },
  {
    name: 'a field becomes required',
    before: { name: f.text(), stock: f.integer({ optional: true }) },
    after: { name: f.text(), stock: f.integer({ default: 7 }) },
    records: [
      { name: 'tea', stock: 1 },
      { name: 'water', stock: null },
    ],
    migrated: [
      { name: 'tea', stock: 1 },
      { name: 'water', stock: 7 },
    ],
    reverted: [
      { name: 'tea', stock: 1 },
      { name: 'water', stock: 7 },
    ],
    classes: ['locks'],
  },
  {
    name: 'a field becomes optional',
    before: { name: f.text(), stock: f.integer() },
    after: { name: f.text(), stock: f.integer({ optional: true }) },
    indexes: { before: [['stock']], after: [['stock']] },
    records: [{ name: 'tea', stock: 1 }],
    classes: ['safe'],
  },
  {
    name: 'a type gets wider',
    before: { count: f.integer(), day: f.date(), price: f.decimal({ precision: 6, scale: 2 }) },
    after: { count: f.text(), day: f.instant(), price: f.decimal({ precision: 12, scale: 4 }) },
    records: [{ count: 12, day: '2026-03-01', price: '-1.25' }],
    migrated: [{ count: '12', day: '2026-03-01T00:00:00.000Z', price: '-1.2500' }],
    classes: ['locks'],
  },
  {
    name: 'a type gets narrower',
    before: { count: f.text(), price: f.decimal({ precision: 12, scale: 4 }) },
    after: { count: f.integer(), price: f.decimal({ precision: 6, scale: 2 }) },
    records: [{ count: '12', price: '1.2550' }],
    migrated: [{ count: 12, price: '1.26' }],
    reverted: [{ count: '12', price: '1.2600' }],
    classes: ['loses data'],
  },
  {
    name: 'a type changes and the field becomes required',
    before: { count: f.integer({ optional: true }) },
    after: { count: f.decimal({ precision: 18, scale: 2, default: '7' }) },
    records: [{ count: 12 }, { count: null }],
    migrated: [{ count: '12.00' }, { count: '7.00' }],
    reverted: [{ count: 12 }, { count: 7 }],
    classes: ['locks'],
  },
  {
    name: 'a type changes to one that has nothing in common',
    before: { name: f.text(), when: f.boolean({ optional: true }) },
    after: { name: f.text(), when: f.date({ optional: true }) },
    indexes: { before: [['when', 'name']], after: [['when', 'name']] },
    records: [{ name: 'tea', when: true }],
    migrated: [{ name: 'tea', when: null }],
    reverted: [{ name: 'tea', when: null }],
    classes: ['safe', 'locks', 'loses data'],
  },
  {
    name: 'a field becomes unique',
    before: { name: f.text({ max: 50 }) },
    after: { name: f.text({ max: 50, unique: true }) },
    records: two,
    classes: ['locks'],
  },
  {
    name: 'a field is no longer unique',
    before: { name: f.text({ max: 50, unique: true }) },
    after: { name: f.text({ max: 50 }) },
    records: two,
    classes: ['safe'],
  },
  {
    name: 'indexes come and go',
    before: { name: f.text(), price: f.money() },
    after: { name: f.text(), price: f.money() },
    indexes: { before: [['name']], after: [['price', 'name']] },
    records: [{ name: 'tea', price: eur(3) }],
    classes: ['safe', 'locks'],
  },
  {
    name: 'search changes its fields',
    before: { name: f.text({ search: true }), note: f.text() },
    after: { name: f.text(), note: f.text({ search: true }) },
    records: [{ name: 'tea', note: 'hot' }],
    classes: ['locks'],
  },
  {
    name: 'a searchable field is dropped',
    before: { name: f.text({ search: true }), note: f.text({ search: true, optional: true }) },
    after: { name: f.text({ search: true }) },
    records: [{ name: 'tea', note: 'hot' }],
    migrated: [{ name: 'tea' }],
    reverted: [{ name: 'tea', note: null }],
    classes: ['loses data'],
  },
  {
    name: 'a reference to the collection itself is added',
    before: { name: f.text() },
    after: { name: f.text(), parent: f.reference('things', { optional: true, onDelete: 'setNull' }) },
    records: two,
    migrated: two.map((record) => ({ ...record, parent: null })),
    classes: ['safe', 'locks'],
  },
  {
    name: 'a reference follows another rule of deletion',
    before: { shelf: f.reference('shelves', { optional: true }) },
    after: { shelf: f.reference('shelves', { optional: true, onDelete: 'cascade' }) },
    records: [{ shelf: null }],
    classes: ['locks'],
  },
  {
    name: 'links to many are added',
    before: { name: f.text() },
    after: { name: f.text(), shelves: f.manyToMany('shelves') },
    records: two,
    classes: ['safe'],
  },
]

/** Proves every kind of change, there and back, on a database with records. */
export function changesContract(place: MigrationPlace): void {
  describe(`a change on ${place.name}`, () => {
    for (const one of cases) it(one.name, () => withDatabase(place, (database) => checkCase(database, one)))
  })
}

async function checkCase(database: Database, one: Case): Promise<void> {
  const [before, after] = [modelFor(one.before, one.indexes?.before), modelFor(one.after, one.indexes?.after)]
  await ensureSchema(database, before, 'refuse')
  await insertRecords(database, before, 'things', one.records)
  const plan = await planMigration(database, after)
  const classes = new Set(notesOf(plan).map((note) => note.class))
  classes.delete('rewrites the table')
  assert.deepEqual([...classes].sort(), [...one.classes].sort())
  assert.deepEqual([plan.problems, plan.questions], [[], []])
  assert.equal(plan.isSafe, !one.classes.includes('loses data'))

  await applyPlan(database, plan, { allowDataLoss: true })
  await assertTables(database, after)
  assert.deepEqual(await readRecords(database, after, 'things'), one.migrated ?? one.records)
  assert.equal((await planMigration(database, after)).isEmpty, true)

  await revertLast(database, { allowDataLoss: true })
  assert.deepEqual(await readRecords(database, before, 'things'), one.reverted ?? one.records)
  assert.equal((await planMigration(database, before)).isEmpty, true)
}

function modelFor(fields: Fields, indexes: readonly (readonly string[])[] = []): Model {
  return modelOf(
    collection('things', { fields, indexes: indexes as readonly never[] }),
    collection('shelves', { fields: { label: f.text() } }),
  )
}

export async function assertTables(database: Database, model: Model): Promise<void> {
  const desired = tablesFromModel(model, database.dialect)
  const read = await database.readTables(desired.map((table) => table.name))
  assert.deepEqual(inAnyOrder(read), inAnyOrder(desired))
}
