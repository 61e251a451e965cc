import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import { addressRangeFromText } from '../../base/address-range.ts'
import { outgoingErrors } from './errors.ts'
import { isPublicAddress } from './public-address.ts'

/** Tells all addresses that a name leads to. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>

/** Whether a connection may be made. */
export type MayConnect = (address: string, port: number) => boolean

/** @param allow  what is permitted besides the public internet: `127.0.0.1:9000`, `10.0.0.0/8`. */
export function mayConnectTo(allow: readonly string[]): MayConnect {
  const ranges = allow.map(addressRangeFromText).filter((range) => range !== undefined)
  return (address, port) =>
    ranges.some((range) => range.includes(address, port)) || (isWebPort(port) && isPublicAddress(address))
}

/** Below 1024 live mail, name and other servers, which can be made to take a request for their own language. */
function isWebPort(port: number): boolean {
  return port === 80 || port === 443 || port >= 1024
}

/**
 * Resolves the host of a URL once. A connection is made to nothing but these addresses, so that a name cannot lead elsewhere the
 * next time it is asked for.
 *
 * @throws outgoing_address_refused  when none of them may be connected to.
 */
export async function resolveTarget(
  url: URL,
  mayConnect: MayConnect,
  resolve: Resolve,
): Promise<readonly LookupAddress[]> {
  const host = hostOf(url)
  const family = isIP(host)
  const found = family === 0 ? await resolve(host) : [{ address: host, family }]
  const permitted = found.filter(({ address }) => mayConnect(address, portOf(url)))
  if (permitted.length === 0) throw outgoingErrors.address_refused({ details: { host } })
  return permitted
}

/** Without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1')
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}

export const resolveBySystem: Resolve = (host) =>
  process.getBuiltinModule('node:dns/promises').lookup(host, { all: true, order: 'verbatim' })
