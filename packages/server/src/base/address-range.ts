import { BlockList, isIP } from 'node:net'

/** Some addresses, at one port or at all of them. */
export interface AddressRange {
  /** Whether the address, and the port of it, are among them. A name is no address. */
  includes(address: string, port: number): boolean
}

/**
 * Reads `10.0.0.0/8`, `127.0.0.1:9000`, `10.0.0.0/8:443`, `fd00::/8` or `[::1]:9000`.
 *
 * Undefined: it is none of these.
 */
export function addressRangeFromText(text: string): AddressRange | undefined {
  const isBareIPv6 = !text.startsWith('[') && text.indexOf(':') !== text.lastIndexOf(':')
  const [, bracketed, plain, portText] =
    /^(?:\[(.*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(isBareIPv6 ? `[${text}]` : text) ?? []
  const port = portText === undefined ? undefined : Number(portText)
  const isPort = port === undefined || (port >= 1 && port <= 65_535)
  const list = listOfNetwork(bracketed ?? plain ?? '')
  if (list === undefined || !isPort) return undefined
  return { includes: (address, itsPort) => (port === undefined || port === itsPort) && isInList(list, address) }
}

function listOfNetwork(network: string): BlockList | undefined {
  const [, address = '', bitsText] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(network) ?? []
  const family = isIP(address)
  const width = family === 4 ? 32 : 128
  const bits = bitsText === undefined ? width : Number(bitsText)
  if (family === 0 || bits > width) return undefined
  const list = new BlockList()
  list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6')
  return list
}

/** Whether the list has the address. One with a zone (`fe80::1%eth0`), or no address at all, is in none. */
export function isInList(list: BlockList, address: string): boolean {
  const family = isIP(address)
  if (family === 0 || address.includes('%')) return false
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6')
}
