import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { importErrors } from '../app/import/errors.ts'
import { type ImportRequest, type ImportResult, importCsv } from '../app/import/import-csv.ts'
import { isoNow } from '../base/clock.ts'
import { defineCommand, usageError } from './command.ts'
import { cliErrors } from './errors.ts'
import { showProgress } from './progress.ts'
import { appOption } from './project.ts'
import { withApp } from './with-app.ts'

export const importCommand = defineCommand('import', {
  summary: 'Make records of the rows of a CSV file: all of them, or none.',
  arguments: ['collection', 'file.csv'],
  options: {
    map: {
      type: 'string',
      multiple: true,
      value: 'column=field',
      description: 'Where a column goes. Default: to the field of its name.',
    },
    null: { type: 'string', description: 'The text of a cell that means null, such as NULL.' },
    delimiter: { type: 'string', value: 'character', description: 'What stands between cells. Default: a comma.' },
    'dry-run': { type: 'boolean', description: 'Do everything, tell every problem, and change nothing.' },
    app: appOption,
  },
  notes: [
    'The first line names the columns. The file is UTF-8. An empty cell is no value: the default of the field counts.',
    '  --map unitPrice=price          the cells of the column unitPrice are values of the field price',
    '  --map categoryID=category.code they say which category, by its unique field code',
    '  --map picture=                 the column is left out',
    'Rows are created as the system: no rule is asked, but values are checked and hooks run.',
  ].join('\n'),
  async run(
    { map = [], null: nullText, delimiter, 'dry-run': isDryRun = false, app: file },
    collection = '',
    path = '',
  ) {
    if (delimiter !== undefined && delimiter.length !== 1) throw usageError('import', 'The delimiter is one character.')
    const totalBytes = sizeOf(path)
    const result = await withApp(file, ({ model, database, operations, clock }) => {
      const progress = showProgress(totalBytes)
      const open = () => createReadStream(path).on('data', (chunk) => progress.read(chunk.length))
      const request: ImportRequest = {
        collection,
        open,
        map,
        isDryRun,
        onRow: progress.row,
        ...(nullText !== undefined && { nullText }),
        ...(delimiter && { delimiter }),
      }
      const ports = { model, database, operations, now: isoNow(clock) }
      return importCsv(request, ports).finally(progress.end)
    })
    if (result.looseRowCount > 0) console.error(looseNote(basename(path), result.looseRowCount))
    for (const line of problemLines(basename(path), result)) console.error(line)
    if (result.badRowCount > 0)
      throw importErrors.bad_rows({ details: { count: result.badRowCount, rows: result.rowCount } })
    console.log(doneSentence(collection, path, result.rowCount, isDryRun))
  },
})

function sizeOf(path: string): number {
  const about = statSync(path, { throwIfNoEntry: false })
  if (about?.isFile() === true) return about.size
  throw cliErrors.no_file({ details: { file: path } })
}

function looseNote(name: string, count: number): string {
  return `${name}: ${count === 1 ? '1 row has' : `${count} rows have`} text with a comma but no quotes; a comma before a space was read as text.`
}

function problemLines(name: string, { problems, problemCount }: ImportResult): readonly string[] {
  const lines = problems.map(
    ({ line, column, message }) => `${name}:${line}: ${column === undefined ? '' : `${column}: `}${message}`,
  )
  const hidden = problemCount - problems.length
  return hidden === 0 ? lines : [...lines, `… and ${hidden} more problems.`]
}

function doneSentence(collection: string, path: string, rowCount: number, isDryRun: boolean): string {
  const records = rowCount === 1 ? '1 record' : `${rowCount} records`
  if (isDryRun) return `${records} of ${collection} can be made from ${path}. Nothing was changed (--dry-run).`
  return `Made ${records} of ${collection} from ${path}.`
}
