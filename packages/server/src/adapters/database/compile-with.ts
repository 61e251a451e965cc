import type { Statement } from '../../ports/database.ts'
import { type LiteralValue, type Sql, SqlLiteral, SqlName, SqlParameter, type SqlPart } from '../../ports/sql.ts'
import { quoteName, quoteText } from './quote.ts'

/**
 * `SqlDialect.compile` of a database that quotes as the standard says.
 *
 * @param placeholder  what stands for a parameter in the text; positions are counted from 1.
 */
export function compileWith(placeholder: (position: number) => string): (query: Sql) => Statement {
  return (query) => {
    const parameters: unknown[] = []
    const parameter = (value: unknown) => placeholder(parameters.push(value))
    return { text: textOf(query, parameter), parameters }
  }
}

function textOf({ parts }: Sql, parameter: (value: unknown) => string): string {
  let text = ''
  for (const part of parts) text += partText(part, parameter)
  return text
}

function partText(part: SqlPart, parameter: (value: unknown) => string): string {
  if (typeof part === 'string') return part
  if (part instanceof SqlName) return quoteName(part.name)
  if (part instanceof SqlParameter) return parameter(part.value)
  if (part instanceof SqlLiteral) return literal(part.value)
  return textOf(part, parameter)
}

function literal(value: LiteralValue): string {
  return typeof value === 'string' ? quoteText(value) : String(value)
}
