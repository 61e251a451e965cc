import { inspect } from 'node:util'
import { GalleyError } from '../base/error.ts'

/** Tells an error to the person at the terminal: a sentence, never a stack, unless GALLEY_DEBUG=1 asks for one. */
export function explainError(error: unknown): string {
  if (process.env.GALLEY_DEBUG === '1') return inspect(error)
  if (error instanceof GalleyError) return [error.message, ...unnamedIssues(error)].join('\n')
  const sentence = error instanceof Error ? error.message : String(error)
  return `Galley stopped: ${sentence} (GALLEY_DEBUG=1 shows where.)`
}

function unnamedIssues(error: GalleyError): readonly string[] {
  return error.issues
    .filter((issue) => !error.message.includes(issue.message))
    .map((issue) => `  ${issue.pointer}: ${issue.message}`)
}
