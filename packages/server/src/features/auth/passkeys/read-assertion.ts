import type { RouteEffects, RouteRequest } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import type { AuthDb } from '../tables.ts'
import { passkeyErrors } from './errors.ts'

export async function readAssertion(
  _passkey: unknown,
  _wanted: object,
  _request: Pick<RouteRequest, 'headers'>,
  _kit: AuthKit,
): Promise<{ use(effects: RouteEffects<AuthDb>): Promise<void> }> {
  throw passkeyErrors.passkeys_off()
}
