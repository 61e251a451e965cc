import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integer, reference, text } from '../../fields/index.ts'
import { defineApp } from '../../model/app.ts'
import { collection } from '../../model/collection.ts'
import { compileModel } from '../../model/compile-model.ts'
import { columnTargets } from './column-targets.ts'

const model = compileModel(
  defineApp({
    name: 'test',
    collections: [
      collection('makers', { fields: { code: integer({ unique: true }), city: text() } }),
      collection('things', { fields: { name: text(), maker: reference('makers') } }),
    ],
  }),
)
const targets = (header: string[], ...map: string[]) =>
  columnTargets(header, map, model.collections.get('things')!, model)

test('a column goes where the map says, or to the field of its name', () => {
  const [name, maker, picture] = targets(['name', 'makerID', 'picture'], 'makerID=maker.code', 'picture=')
  assert.equal(name?.kind === 'field' && name.field.name, 'name')
  assert.deepEqual(maker?.kind === 'reference' && [maker.field.name, maker.collection, maker.by.name], [
    'maker',
    'makers',
    'code',
  ])
  assert.equal(picture?.kind, 'ignored')
})

test('all that does not fit is told at once', () => {
  assert.throws(
    () => targets(['name', 'title', 'x.y', 'city'], 'title=name', 'gone=name', 'city=maker.city', 'nonsense'),
    (error: any) => {
      // any: an error
      assert.equal(error.code, 'import_bad_columns')
      const list: string[] = error.issues.map(
        (issue: { pointer: string; message: string }) => `${issue.pointer}: ${issue.message}`,
      )
      assert.equal(list.length, 5, list.join('\n'))
      assert.match(list.join('\n'), /nonsense: Write a mapping as column=field/)
      assert.match(list.join('\n'), /gone: The file has no column of this name/)
      assert.match(
        list.join('\n'),
        /x\.y: There is no field x\.y\. Say where the column goes with --map 'x\.y=<field>'/,
      )
      assert.match(list.join('\n'), /city: The field city of makers is not unique/)
      assert.match(list.join('\n'), /title: It goes to the field name, and so does the column name/)
      return true
    },
  )
})

test('a column that is named like nothing in JavaScript is only a name', () => {
  assert.throws(() => targets(['__proto__', 'constructor']), /There is no field __proto__/)
})
