import { remembering } from '../../base/remembering.ts'

/** What names a secret, and is not written. */
export const secretName =
  /^(?:authorization|proxy-authorization|cookie|set-cookie)$|password|passphrase|secret|token|api-?key/i

/**
 * Writes the members of an object whose values are texts, numbers and the like, each with a comma before it: in one pass, since most lines
 * tell of requests and are of this kind. Undefined: it has others.
 */
export function flatMembers(data: object): string | undefined {
  let text = ''
  for (const name in data) {
    const value: unknown = (data as Record<string, unknown>)[name]
    if (value === undefined) continue
    const written = isSecret(name) === 'yes' && value !== null ? '"[redacted]"' : valueText(value)
    if (written === undefined) return undefined
    text += memberStart(name) + written
  }
  return text
}

const memory = { capacity: 200, maxLength: 100 }

const isSecret = remembering((name) => (secretName.test(name) ? 'yes' : 'no'), memory)

const memberStart = remembering((name) => `,${JSON.stringify(name)}:`, memory)

function valueText(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return Number.isFinite(value) ? `${value}` : 'null'
  return value === null || typeof value === 'boolean' ? `${value}` : undefined
}
