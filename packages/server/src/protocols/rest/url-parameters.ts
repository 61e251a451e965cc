import type { UrlIssues } from './url-issues.ts'

export interface UrlParameter {
  readonly name: string
  readonly value: string
}

/** More than any sensible request has; the length of the URL is limited as well. */
const maxParameters = 200

/** Splits the raw query of a URL (`a=1&b=2`) and decodes its parts. */
export function urlParameters(query: string, issues: UrlIssues): readonly UrlParameter[] {
  const parts = query.split('&').filter((part) => part !== '')
  if (parts.length > maxParameters) {
    issues.add('', 'too_many', `A request has at most ${maxParameters} parameters.`)
    return []
  }
  return parts.flatMap((part) => {
    const end = part.indexOf('=')
    const rawName = end === -1 ? part : part.slice(0, end)
    const name = decode(rawName)
    const value = end === -1 ? '' : decode(part.slice(end + 1))
    if (name !== undefined && value !== undefined) return { name, value }
    issues.add(name ?? rawName, 'encoding', 'This is not encoded correctly. Use %XX of UTF-8.')
    return []
  })
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
