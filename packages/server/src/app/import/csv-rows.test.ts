import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { type CsvRow, csvRows, UnreadableRow } from './csv-rows.ts'

const rowsOf = (text: string, delimiter = ',') => allOf(csvRows(Readable.from([Buffer.from(text)]), delimiter))

async function allOf(rows: AsyncIterable<CsvRow>): Promise<readonly CsvRow[]> {
  const all: CsvRow[] = []
  for await (const row of rows) all.push(row)
  return all
}

test('rows tell the line they begin on, although cells have line breaks', async () => {
  assert.deepEqual(await rowsOf('a,b\n1,"two\nlines"\n\n3,"with ""quotes"", and a comma"\n'), [
    { line: 1, cells: ['a', 'b'] },
    { line: 2, cells: ['1', 'two\nlines'] },
    { line: 5, cells: ['3', 'with "quotes", and a comma'] },
  ])
})

test('a byte order mark, Windows line ends and semicolons are read', async () => {
  const rows = await rowsOf('\uFEFFa;b\r\n1;2\r\n', ';')
  assert.deepEqual(
    rows.map((row) => row.cells),
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  )
})

test('a quote without its end is told with its line', async () => {
  await assert.rejects(rowsOf('a,b\n1,2\n3,"4\n5,6\n'), (error) => error instanceof UnreadableRow && error.line === 3)
  await assert.rejects(rowsOf('a,b\n1,2"3\n'), (error) => error instanceof UnreadableRow && error.line === 2)
})

test('a file that cannot be opened is told', async () => {
  await assert.rejects(allOf(csvRows(createReadStream('/nowhere.csv'), ',')), { code: 'ENOENT' })
})
