import { isIPv4, isIPv6 } from 'node:net'
import { remembering } from '../base/remembering.ts'

/** `clientKey` for addresses that come again and again. */
export const rememberedClientKey = remembering(clientKey, { capacity: 1_000 })

/**
 * Names a client by its address, for counting: IPv4 whole, IPv6 by its first 64 bits, because one customer of a provider has
 * at least that many addresses.
 */
export function clientKey(address: string | undefined): string {
  if (address === undefined) return 'unknown'
  if (isIPv4(address)) return address
  const plain = address.split('%', 1)[0]!
  if (!isIPv6(plain)) return 'unknown'
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)
  return mapped === null ? network64(plain) : mapped[1]!
}

function network64(address: string): string {
  const [head = '', tail] = address.split('::')
  const before = groups(head)
  const after = tail === undefined ? [] : groups(tail)
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const all = [...before, ...Array<string>(zeros).fill('0'), ...after]
  return `${all.slice(0, 4).join(':')}::/64`
}

/** The 16-bit groups of a part of an address, without leading zeros. A dotted end counts as two. */
function groups(part: string): string[] {
  if (part === '') return []
  return part.split(':').flatMap((group) => {
    if (group.includes('.')) return ['0', '0']
    return group.toLowerCase().replace(/^0+(?=.)/, '')
  })
}
