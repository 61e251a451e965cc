import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { postgresDialect } from '../adapters/database/postgres/index.ts'
import { sqliteDialect } from '../adapters/database/sqlite/index.ts'
import * as f from '../fields/index.ts'
import { collection } from '../model/collection.ts'
import type { Model } from '../model/model.ts'
import { modelOf } from '../testing/migration-place.ts'
import { schemaHash } from './schema-hash.ts'
import { systemTables } from './system-tables.ts'
import { tablesFromModel } from './tables-from-model.ts'

const tableOf = (model: Model, name: string) =>
  tablesFromModel(model, sqliteDialect).find((table) => table.name === name)!

describe('tables from a model', () => {
  it('hold the columns, keys and indexes of a collection', () => {
    const model = modelOf(
      collection('order-items', {
        fields: {
          product: f.reference('products', { onDelete: 'cascade' }),
          unitPrice: f.money(),
          note: f.text({ optional: true, search: true }),
        },
      }),
      collection('products', { fields: {} }),
    )
    assert.deepEqual(tableOf(model, 'order_items'), {
      name: 'order_items',
      columns: [
        { name: 'id', typeName: 'id', isNullable: false },
        { name: 'created_at', typeName: 'instant', isNullable: false },
        { name: 'updated_at', typeName: 'instant', isNullable: false },
        { name: 'version', typeName: 'integer', isNullable: false },
        { name: 'product_id', typeName: 'id', isNullable: false },
        { name: 'unit_price', typeName: 'integer', isNullable: false },
        { name: 'unit_price_currency', typeName: 'text', isNullable: false },
        { name: 'note', typeName: 'text', isNullable: true },
      ],
      indexes: [{ name: 'order_items_product_id_idx', columns: ['product_id', 'id'], isUnique: false }],
      foreignKeys: [
        { name: 'order_items_product_id_fk', column: 'product_id', targetTable: 'products', onDelete: 'cascade' },
      ],
      primaryKey: ['id'],
      search: ['note'],
    })
  })

  it('hold the links of many to many once, gone with either end', () => {
    const model = modelOf(
      collection('posts', { fields: { tags: f.manyToMany('tags', { by: 'posts' }) } }),
      collection('tags', { fields: { posts: f.manyToMany('posts') } }),
    )
    const { columns, primaryKey, indexes, foreignKeys } = tableOf(model, 'tags_posts')
    assert.deepEqual(
      columns.map((column) => column.name),
      ['source_id', 'target_id'],
    )
    assert.deepEqual(primaryKey, ['source_id', 'target_id'])
    assert.deepEqual(
      indexes.map((index) => index.columns),
      [['target_id', 'source_id']],
    )
    assert.deepEqual(
      foreignKeys.map((key) => [key.column, key.targetTable, key.onDelete]),
      [
        ['source_id', 'tags', 'cascade'],
        ['target_id', 'posts', 'cascade'],
      ],
    )
    assert.equal(tableOf(model, 'posts_tags'), undefined)
  })

  it('end their indexes with the id, except where a value is there once', () => {
    const model = modelOf(
      collection('things', {
        fields: { name: f.text({ unique: true }), a: f.reference('things', { optional: true }), b: f.integer() },
        indexes: [['a', 'b'], ['b', 'id'], ['b', 'id', 'name'], { fields: ['name', 'b'], unique: true }],
      }),
    )
    assert.deepEqual(
      tableOf(model, 'things').indexes.map(({ name, columns }) => [name, ...columns]),
      [
        ['things_name_key', 'name'],
        ['things_name_b_key', 'name', 'b'],
        ['things_a_id_b_idx', 'a_id', 'b', 'id'],
        ['things_b_idx', 'b', 'id'],
        ['things_a_id_idx', 'a_id', 'id'],
      ],
    )
  })

  it('have no index that another one makes superfluous', () => {
    const model = modelOf(
      collection('things', {
        fields: {
          name: f.text({ max: 50, unique: true }),
          a: f.reference('things', { optional: true }),
          b: f.integer(),
        },
        indexes: [['name'], ['a', 'b'], ['a', 'b'], ['id'], { fields: ['b'], unique: true }, ['b', 'createdAt']],
      }),
    )
    assert.deepEqual(
      tableOf(model, 'things').indexes.map((index) => index.name),
      ['things_name_key', 'things_b_key', 'things_a_id_b_idx', 'things_b_created_at_idx', 'things_a_id_idx'],
    )
  })

  it('have index names that differ, and fit', () => {
    const long = 'a'.repeat(48)
    const model = modelOf(
      collection('a', { fields: { bC: f.text(), b: f.text(), c: f.text() }, indexes: [['bC'], ['b', 'c']] }),
      collection('a-b', { fields: { c: f.text() }, indexes: [['c']] }),
      collection(long, { fields: { [long]: f.manyToMany('a') }, indexes: [['createdAt', 'updatedAt']] }),
    )
    const tables = tablesFromModel(model, sqliteDialect)
    const names = tables.flatMap((table) => [table.name, ...table.indexes.map((index) => index.name)])
    assert.deepEqual([...new Set(names)], names)
    assert.deepEqual(
      names.filter((name) => name.length > 63),
      [],
    )
  })

  it('are never shared by two owners', () => {
    const links = { fields: { tags: f.manyToMany('posts') } }
    assert.throws(() => modelOf(collection('posts', links), collection('posts-tags', { fields: {} })), {
      code: 'model_invalid',
      message: /posts\.fields\.tags: It would share the table posts_tags with the collection posts-tags/,
    })
    assert.throws(
      () =>
        modelOf(
          collection('a', { fields: { bC: f.manyToMany('a') } }),
          collection('a-b', { fields: { c: f.manyToMany('a') } }),
        ),
      { message: /share the table a_b_c with the relation bC of a/ },
    )
  })

  it('include those Galley keeps for itself', () => {
    const names = tablesFromModel(modelOf(), postgresDialect).map((table) => table.name)
    assert.deepEqual(
      names,
      systemTables.map((table) => table.name),
    )
  })
})

describe('the hash of tables', () => {
  const fields = { name: f.text(), note: f.text({ optional: true }) }
  const hash = (model: Model, dialect = sqliteDialect) => schemaHash(tablesFromModel(model, dialect), dialect)

  it('is the same whatever the order of declarations', () => {
    const [a, b] = [collection('as', { fields }), collection('bs', { fields: {} })]
    const reordered = collection('as', { fields: { note: fields.note, name: fields.name } })
    assert.equal(hash(modelOf(a, b)), hash(modelOf(b, reordered)))
  })

  it('differs with the tables and the database', () => {
    const a = modelOf(collection('as', { fields }))
    assert.notEqual(hash(a), hash(modelOf(collection('as', { fields: { name: fields.name } }))))
    assert.notEqual(hash(a), hash(a, postgresDialect))
  })
})
