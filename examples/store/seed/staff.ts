/** Who packs the parcels: name, and mailbox at a domain that nobody owns (RFC 2606). */
export const staffSeeds: readonly (readonly [name: string, mailbox: string])[] = [
  ['Signe Holm', 'signe'],
  ['Ravi Menon', 'ravi'],
]
