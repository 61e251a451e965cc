import { pipeline, type Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'

export interface CsvRow {
  /** Where the row begins, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** The file cannot be read on from `line`: a quote without its end, a cell of many megabytes. */
export class UnreadableRow extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

const maxRowBytes = 16 * 1024 * 1024

/**
 * Reads a CSV file (RFC 4180, UTF-8) row by row; the first row holds the names of the columns.
 *
 * @throws UnreadableRow
 */
export async function* csvRows(file: Readable, delimiter: string): AsyncGenerator<CsvRow> {
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRowBytes,
  })
  pipeline(file, parser, () => {}) // its error arrives below as well
  let line = 1
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      yield { line, cells: record }
      line = info.lines + 1
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UnreadableRow(line, sentenceOf(error))
    throw error
  }
}

function sentenceOf(error: CsvError): string {
  if (error.code === 'CSV_MAX_RECORD_SIZE') return `A row is larger than ${maxRowBytes} bytes; is a quote missing?`
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return 'A quoted cell that begins here does not end.'
  return 'The quotes of this row do not fit: write a quote inside of a quoted cell twice.'
}
