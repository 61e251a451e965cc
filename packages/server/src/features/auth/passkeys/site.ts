import { isIP } from 'node:net'
import type { AuthKit } from '../kit.ts'
import { passkeyErrors } from './errors.ts'

/** Where passkeys belong to. */
export interface Site {
  readonly rpId: string
  isOwnOrigin(origin: string): boolean
}

/**
 * From the configured address only, never from what a request says; in development also from any port of localhost.
 *
 * @throws auth_passkeys_off, auth_passkeys_need_base_url
 */
export function passkeySite({ options: { passkeys }, context: { surroundings } }: AuthKit): Site {
  if (passkeys === undefined) throw passkeyErrors.passkeys_off()
  const { isDevelopment } = surroundings
  const base = surroundings.baseUrl === undefined ? undefined : new URL(surroundings.baseUrl)
  const host = base === undefined || isIP(base.hostname) !== 0 ? undefined : base.hostname
  const rpId = passkeys.rpId ?? host ?? (isDevelopment ? 'localhost' : undefined)
  if (rpId === undefined) throw passkeyErrors.passkeys_need_base_url()
  const origins = [...(base === undefined ? [] : [base.origin]), ...(passkeys.origins ?? [])]
  return {
    rpId,
    isOwnOrigin: (origin) => origins.includes(origin) || (isDevelopment && isLocalhost(origin)),
  }
}

function isLocalhost(origin: string): boolean {
  return /^http:\/\/localhost(:\d{1,5})?$/.test(origin)
}
