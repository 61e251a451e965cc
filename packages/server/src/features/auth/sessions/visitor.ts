import type { RouteRequest } from '../../../plugin.ts'
import { deviceTokenOf } from '../devices/devices.ts'
import type { AuthKit } from '../kit.ts'

/** Where a request comes from, as far as it is kept. */
export interface Visitor {
  readonly address: string
  readonly userAgent: string | null
  /** What the device shows to be known, for an account. */
  deviceToken(account: string): string | undefined
  /** The token of the session that the browser has until now. */
  readonly sessionToken: string | undefined
}

export function visitorOf(request: Pick<RouteRequest, 'clientAddress' | 'headers' | 'input'>, kit: AuthKit): Visitor {
  const { clientAddress, headers } = request
  const userAgent = headers['user-agent']?.replace(/[^\x20-\x7e]/g, '').slice(0, 300)
  return {
    address: clientAddress,
    userAgent: userAgent === undefined || userAgent === '' ? null : userAgent,
    deviceToken: (account) => deviceTokenOf(request, account, kit),
    sessionToken: kit.cookies.read(headers.cookie, kit.cookies.session),
  }
}
