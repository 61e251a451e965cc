import { authErrors } from '../errors.ts'
import type { AuthSession } from '../tables.ts'

/** How old a proof may be for what could take an account away from its owner. */
export const recentMs = 10 * 60_000

/** @throws auth_reauthentication_required  when the session began longer ago, or at a time that has not come. */
export function requireRecent({ authenticatedAt, impersonator }: AuthSession, now: string): void {
  const ageMs = Date.parse(now) - Date.parse(authenticatedAt)
  if (impersonator !== null || ageMs > recentMs || ageMs < -60_000) throw authErrors.reauthentication_required()
}
