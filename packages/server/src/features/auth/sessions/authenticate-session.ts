import type { FeatureRuntime, KnownActor } from '../../../plugin.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import { requireOwnSite } from './same-origin.ts'
import { type SessionReader, sessionMark } from './sessions.ts'

type Authenticate = NonNullable<FeatureRuntime['authenticate']>

/** Resolves the token of a session: in `Authorization: Bearer gls_…` it has to be good; in a cookie one that is not is nobody's. */
export function authenticateSession(sessions: SessionReader, kit: AuthKit): Authenticate {
  return ({ authorization = '', cookie, method, headers = {} }) => {
    const bearer = /^Bearer +(gls_[^\s]+)$/i.exec(authorization)?.[1]
    if (bearer !== undefined) return requireActor(sessions.actorOf(bearer))
    const token = authorization === '' ? kit.cookies.read(cookie, kit.cookies.session) : undefined
    if (token === undefined || !token.startsWith(sessionMark)) return undefined
    if (!isSafe(method)) requireOwnSite(headers, kit.context.surroundings)
    return sessions.actorOf(token)
  }
}

function requireActor(found: ReturnType<SessionReader['actorOf']>): ReturnType<Authenticate> {
  return found instanceof Promise ? found.then(requireSomebody) : requireSomebody(found)
}

function requireSomebody(actor: KnownActor | undefined): KnownActor {
  if (actor === undefined) throw authErrors.session_ended()
  return actor
}

function isSafe(method: string | undefined): boolean {
  return method === undefined || method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}
