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
  let lastLine = 0 // of the rows that the parser has found, which may be ahead of what is asked for
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    max_record_size: maxRowBytes,
    relax_column_count: true,
    skip_empty_lines: true,
    on_record: (row, { lines }) => {
      lastLine = lines
      return row
    },
  })
  pipeline(file, parser, () => {}) // its error arrives below as well
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRow>) {
      yield { line: info.lines - lineBreaksIn(record), cells: record }
    }
  } catch (error) {
    if (error instanceof CsvError) throw new UnreadableRow(lastLine + 1, sentenceOf(error))
    throw error
  }
}

interface ParsedRow {
  readonly record: readonly string[]
  /** `lines`: the line on which the row ends. */
  readonly info: { readonly lines: number }
}

function lineBreaksIn(cells: readonly string[]): number {
  return cells.reduce((count, cell) => count + cell.split('\n').length - 1, 0)
}

function sentenceOf(error: CsvError): string {
  if (error.code === 'CSV_MAX_RECORD_SIZE') return `A row is larger than ${maxRowBytes} bytes; is a quote missing?`
  if (error.code === 'CSV_QUOTE_NOT_CLOSED') return 'A quoted cell that begins here does not end.'
  return 'The quotes of this row do not fit: write a quote inside of a quoted cell twice.'
}
