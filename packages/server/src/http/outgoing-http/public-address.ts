import { BlockList } from 'node:net'
import { isInList } from '../../base/address-range.ts'

/**
 * Whether the address is one of the public internet.
 *
 * Of IPv6 that is what IANA gives out (2000::/3) without the parts with a meaning of their own: what carries an IPv4 address
 * inside (mapped, NAT64, 6to4, Teredo) could lead anywhere and is refused.
 */
export function isPublicAddress(address: string): boolean {
  if (!address.includes(':')) return isInList(anyIPv4, address) && !isInList(specialIPv4, address)
  return isInList(globalIPv6, address) && !isInList(specialIPv6, address)
}

const anyIPv4 = listOf('ipv4', ['0.0.0.0/0'])

/** The IANA registry of special addresses, with multicast and what was kept back. */
const specialIPv4 = listOf('ipv4', [
  '0.0.0.0/8', // this network; many systems take 0.0.0.0 for themselves
  '10.0.0.0/8',
  '100.64.0.0/10', // behind the NAT of a provider
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local: the metadata of clouds
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // kept back, and broadcast
  '168.63.129.16/32', // a public address that Azure answers from within its machines
])

const globalIPv6 = listOf('ipv6', ['2000::/3'])

const specialIPv6 = listOf('ipv6', [
  '2001::/23', // Teredo, benchmarks, ORCHID
  '2001:db8::/32',
  '2002::/16', // 6to4
  '2620:4f:8000::/48',
  '3fff::/20',
])

function listOf(family: 'ipv4' | 'ipv6', networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address, bits] = network.split('/') as [string, string]
    list.addSubnet(address, Number(bits), family)
  }
  return list
}
