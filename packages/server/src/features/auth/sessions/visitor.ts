import type { RouteRequest } from '../../../plugin.ts'

/** Where a request comes from, as far as it is kept. */
export interface Visitor {
  readonly address: string
  readonly userAgent: string | null
}

export function visitorOf({ clientAddress, headers }: Pick<RouteRequest, 'clientAddress' | 'headers'>): Visitor {
  const userAgent = headers['user-agent']?.replace(/[^\x20-\x7e]/g, '').slice(0, 300)
  return { address: clientAddress, userAgent: userAgent === undefined || userAgent === '' ? null : userAgent }
}
