/**
 * What an error says, in a form that every database can keep: at most 1 000 characters, without NUL and half surrogate pairs.
 *
 * Never throws: code of others can throw whatever it likes.
 */
export function reasonOf(error: unknown): string {
  return (messageOf(error) ?? 'What was thrown cannot be read.').replaceAll('\0', '').slice(0, 1_000).toWellFormed()
}

function messageOf(error: unknown): string | undefined {
  try {
    const message: unknown = error instanceof Error ? error.message : String(error)
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}
