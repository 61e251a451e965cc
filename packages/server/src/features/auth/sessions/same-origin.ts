import type { Surroundings } from '../../../plugin.ts'
import { authErrors } from '../errors.ts'

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Whether a request comes from a page of the own site, by what browsers say of it (Fetch Metadata; RFC 6454 for `Origin`).
 *
 * @returns undefined  when it says nothing: no browser sent it.
 */
export function isFromOwnSite(headers: Headers, surroundings: Surroundings): boolean | undefined {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = headers
  if (origin === undefined) return undefined
  const { baseUrl, isDevelopment } = surroundings
  if (baseUrl !== undefined && origin === new URL(baseUrl).origin) return true
  // Developers open the server at whatever address it listens on.
  if (baseUrl !== undefined && !isDevelopment) return false
  return typeof origin === 'string' && URL.parse(origin)?.host === headers.host
}

/** @throws auth_cross_site  unless the request proves to come from the own site. */
export function requireOwnSite(headers: Headers, surroundings: Surroundings): void {
  if (isFromOwnSite(headers, surroundings) !== true) throw crossSite(headers, surroundings)
}

/** @throws auth_cross_site  when a page of another site sent it: it must not sign its visitors in either. */
export function refuseOtherSites(headers: Headers, surroundings: Surroundings): void {
  if (isFromOwnSite(headers, surroundings) === false) throw crossSite(headers, surroundings)
}

function crossSite(headers: Headers, { baseUrl }: Surroundings) {
  return authErrors.cross_site({ details: { origin: baseUrl ?? `http://${String(headers.host)}` } })
}
