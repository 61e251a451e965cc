/** An instant as every database is given it: `2026-03-01T09:30:00.000Z`, of fixed width, so that text sorts by time. */
export function instantText(value: unknown): string {
  if (typeof value === 'string' && canonical.test(value)) return value
  return new Date(value as string).toISOString()
}

const canonical = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
