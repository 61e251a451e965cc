/** Sites that a browser may be sent back to. */
export interface ReturnSites {
  /** Where this application is reached. */
  readonly baseUrl: string
  /** Where its pages are, if they are elsewhere. */
  readonly pages: string | undefined
}

/**
 * Gives the address a browser may be sent back to: a path of this site, or an address of a site of the application.
 *
 * Read as a browser would read it, so that backslashes, tabs and dots hide nothing. Undefined: it leads elsewhere.
 */
export function safeReturnTo(returnTo: string, { baseUrl, pages }: ReturnSites): string | undefined {
  const base = new URL(baseUrl)
  const url = URL.parse(returnTo, base)
  if (url === null || url.username !== '' || url.password !== '') return undefined
  if (returnTo.startsWith('/') && url.origin === base.origin) return pathOf(url)
  const own = [base.origin, ...(pages === undefined ? [] : [new URL(pages, base).origin])]
  return /^https?:\/\//i.test(returnTo) && own.includes(url.origin) ? url.href : undefined
}

/** A path that begins with two slashes would be another host. */
function pathOf({ pathname, search, hash }: URL): string | undefined {
  return pathname.startsWith('//') ? undefined : `${pathname}${search}${hash}`
}

/** Adds to the query of an address that is a path or whole. */
export function withQuery(address: string, added: Readonly<Record<string, string>>): string {
  const [, front = '', query = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(address) ?? []
  const parameters = new URLSearchParams(query)
  for (const [name, value] of Object.entries(added)) parameters.set(name, value)
  return `${front}?${parameters}${hash}`
}

/** Puts something behind the `#`, which reaches no server and no log. */
export function withFragment(address: string, values: Readonly<Record<string, string>>): string {
  return `${address.split('#')[0]}#${new URLSearchParams(values)}`
}
