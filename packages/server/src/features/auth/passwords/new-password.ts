import type { RouteRequest } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { passwordErrors } from './errors.ts'
import type { PersonalData } from './own-words.ts'

/**
 * Checks a password that somebody chose, and hashes it.
 *
 * @throws password_refused  with all that speaks against it. @throws auth_busy
 */
export async function hashNewPassword(
  password: string,
  about: PersonalData,
  { clientAddress }: Pick<RouteRequest, 'clientAddress'>,
  { policy, hasher }: AuthKit,
  pointer = '/password',
): Promise<string> {
  const issues = await policy.check(password, about, pointer)
  if (issues.length > 0) throw passwordErrors.refused({ issues })
  return hasher.hash(password, clientAddress)
}
