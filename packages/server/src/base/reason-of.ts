/** What an error says, in a form that every database can keep: at most 1 000 characters, without NUL and half surrogate pairs. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replaceAll('\0', '').slice(0, 1_000).toWellFormed()
}
