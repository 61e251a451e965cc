import { authErrors } from '../errors.ts'

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Whether a request comes from a page of the own site, by what browsers say of it (Fetch Metadata; RFC 6454 for `Origin`).
 *
 * @returns undefined  when it says nothing: no browser sent it.
 */
export function isFromOwnSite(headers: Headers, baseUrl: string | undefined): boolean | undefined {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  const { origin } = headers
  if (origin === undefined) return undefined
  if (baseUrl !== undefined) return origin === new URL(baseUrl).origin
  return typeof origin === 'string' && URL.parse(origin)?.host === headers.host
}

/** @throws auth_cross_site  unless the request proves to come from the own site. */
export function requireOwnSite(headers: Headers, baseUrl: string | undefined): void {
  if (isFromOwnSite(headers, baseUrl) !== true) throw crossSite(headers, baseUrl)
}

/** @throws auth_cross_site  when a page of another site sent it: it must not sign its visitors in either. */
export function refuseOtherSites(headers: Headers, baseUrl: string | undefined): void {
  if (isFromOwnSite(headers, baseUrl) === false) throw crossSite(headers, baseUrl)
}

function crossSite(headers: Headers, baseUrl: string | undefined) {
  return authErrors.cross_site({ details: { origin: baseUrl ?? `http://${String(headers.host)}` } })
}
