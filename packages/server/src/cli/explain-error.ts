import { inspect } from 'node:util'
import { GalleyError } from '../base/error.ts'
import { databaseErrors } from '../ports/errors.ts'
import { databasePlace } from './database-url.ts'

/** Tells an error to the person at the terminal: a sentence, never a stack, unless GALLEY_DEBUG=1 asks for one. */
export function explainError(error: unknown): string {
  if (process.env.GALLEY_DEBUG === '1') return inspect(error)
  if (error instanceof GalleyError) return [error.message, ...unnamedIssues(error), ...unreachable(error)].join('\n')
  const sentence = error instanceof Error ? error.message : String(error)
  return `Galley stopped: ${sentence} (GALLEY_DEBUG=1 shows where.)`
}

function unnamedIssues(error: GalleyError): readonly string[] {
  return error.issues
    .filter((issue) => !error.message.includes(issue.message))
    .map((issue) => `  ${issue.pointer}: ${issue.message}`)
}

/** Which database it was and what its driver says, for those who may know; an answer over HTTP tells neither. */
function unreachable(error: GalleyError): readonly string[] {
  if (error.code !== databaseErrors.unavailable.code || !(error.cause instanceof Error)) return []
  const { code, message } = error.cause as NodeJS.ErrnoException
  const words = code === undefined || message.includes(code) ? [message] : [code, message]
  const facts = [databasePlace(process.env.DATABASE_URL), ...words]
  return [`  ${facts.filter((fact) => fact !== undefined && fact !== '').join(': ')}`]
}
