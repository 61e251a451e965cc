import type { RouteRequest } from '../../../plugin.ts'
import { accessErrors } from '../access/errors.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import { factorErrors } from '../second-factor/errors.ts'

/**
 * The session that a request came with, and its account: of the owner, and not of an administrator who acts as them.
 *
 * @param stage  `enrol`: also for whoever still has to set up a second factor, and can do nothing else.
 * @throws auth_sign_in_required, auth_enrolment_required, auth_impersonated
 */
export async function requireSession(
  request: Pick<RouteRequest, 'actor'>,
  kit: AuthKit,
  stage: 'full' | 'enrol' = 'full',
) {
  const found = await requireAnySession(request, kit, stage)
  if (found.session.impersonator !== null) throw accessErrors.impersonated()
  return found
}

/** Like `requireSession`, also for an administrator who acts as the owner: for what takes nothing away from them. */
export async function requireAnySession(
  { actor }: Pick<RouteRequest, 'actor'>,
  { db }: AuthKit,
  stage: 'full' | 'enrol' = 'full',
) {
  const session = actor.session === undefined ? undefined : await db['auth-sessions'].findOne(actor.session)
  const account = session && (await db['auth-accounts'].findOne(session.account))
  if (session === undefined || account === undefined) throw authErrors.sign_in_required()
  if (stage === 'full' && session.stage !== 'full') throw factorErrors.enrolment_required()
  return { session, account }
}
