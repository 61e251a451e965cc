import { choice, type FeatureRoute, type RouteEffects, type RouteRequest, route, text } from '../../../../plugin.ts'
import { writeAudit } from '../../audit.ts'
import type { AuthKit, AuthPart } from '../../kit.ts'
import { hashToken } from '../../secrets/token.ts'
import { requireAnySession, requireSession } from '../../sessions/require-session.ts'
import type { Transport } from '../../sessions/sessions.ts'
import { visitorOf } from '../../sessions/visitor.ts'
import { requireRecent } from '../../sign-in/recent.ts'
import { sessionAnswer, signInOutput } from '../../sign-in/sign-in-answer.ts'
import type { AuthAccount, AuthDb, AuthSession } from '../../tables.ts'
import { accessErrors } from '../errors.ts'
import { lacking, rightsOf } from '../rights.ts'
import { ownCookie } from './own-cookie.ts'

/** Acting as somebody else for a while, to see what they see. */
export const impersonation: AuthPart = {
  isUsed: ({ impersonators = [] }) => impersonators.length > 0,
  routes: (kit) => [startRoute(kit), stopRoute(kit)],
}

const impersonationMs = 60 * 60_000

function startRoute(kit: AuthKit): FeatureRoute {
  const input = { account: text({ max: 60, description: 'The id of the account.' }) }
  return route<typeof input, AuthDb>('POST', '/api/auth/impersonate', {
    summary: 'Act as somebody else, for at most an hour',
    description:
      'Needs a sign-in of the last ten minutes. Only for accounts that hold nothing that you do not, and are no administrators.',
    input,
    output: signInOutput,
    hasSecret: true,
    async run(request) {
      const { session, account } = await requireSession(request, kit)
      requireRecent(session, request.now)
      return request.once((effects) => start(request, session, account.id, effects, kit))
    },
  })
}

async function start(
  request: RouteRequest<{ readonly account: string }, AuthDb>,
  session: AuthSession,
  administrator: string,
  { db, now }: RouteEffects<AuthDb>,
  kit: AuthKit,
) {
  // Whoever changes the rights of the administrator waits, or has ended the session.
  const by = await db['auth-accounts'].updateIf(administrator, { disabledAt: null }, { disabledAt: null })
  const account = await db['auth-accounts'].findOne(request.input.account)
  if (by === undefined || account === undefined || !(await mayActAs(account, by, db, kit)))
    throw accessErrors.impersonation_refused()
  const visitor = visitorOf(request, kit)
  await writeAudit(db, { event: 'impersonation', account: account.id, by: by.id, visitor })
  const transport = session.transport as Transport
  const wanted = { account, transport, methods: ['impersonation'], visitor, now, impersonator: by.id }
  const answer = await sessionAnswer(db, { ...wanted, lifetimeMs: impersonationMs }, kit)
  if (transport === 'token') return answer
  const own = kit.cookies.read(request.headers.cookie, kit.cookies.session)!
  return { ...answer, cookies: [...(answer.cookies ?? []), kit.cookies.write(ownCookie(kit), own, impersonationMs)] }
}

async function mayActAs(account: AuthAccount, by: AuthAccount, db: AuthDb, kit: AuthKit): Promise<boolean> {
  const { impersonators = [], managers = [] } = kit.options
  const [own, theirs] = [await rightsOf(by, db, kit), await rightsOf(account, db, kit)]
  const isAdministrator = [...impersonators, ...managers].some((role) => theirs.roles.includes(role))
  const isAbove = lacking(theirs.roles, own.roles).length + lacking(theirs.permissions, own.permissions).length > 0
  const isUsable = account.disabledAt === null && account.id !== by.id
  return isUsable && !isAdministrator && !isAbove && impersonators.some((role) => own.roles.includes(role))
}

function stopRoute(kit: AuthKit): FeatureRoute {
  return route<{}, AuthDb>('POST', '/api/auth/impersonate/stop', {
    summary: 'Stop acting as somebody else',
    description: 'With a cookie, the session that you began with goes on.',
    output: { status: choice(['back', 'signed-out']) },
    async run(request) {
      const { session, account } = await requireAnySession(request, kit)
      const { impersonator: by } = session
      if (by === null) throw accessErrors.not_impersonating()
      return request.once(async ({ db, now }) => {
        await db['auth-sessions'].delete(session.id)
        const visitor = visitorOf(request, kit)
        await writeAudit(db, { event: 'impersonation-ended', account: account.id, by, visitor })
        return backTo(by, request, now, db, kit)
      })
    },
  })
}

async function backTo(by: string, { headers }: Pick<RouteRequest, 'headers'>, now: string, db: AuthDb, kit: AuthKit) {
  const { cookies } = kit
  const token = cookies.read(headers.cookie, ownCookie(kit))
  const own = token && (await db['auth-sessions'].first({ where: { hash: hashToken(token, 'session'), account: by } }))
  const gone = cookies.remove(ownCookie(kit))
  if (!own) return { body: { status: 'signed-out' }, cookies: [cookies.remove(cookies.session), gone] }
  const leftMs = Date.parse(own.expiresAt) - Date.parse(now)
  return { body: { status: 'back' }, cookies: [cookies.write(cookies.session, token, leftMs), gone] }
}
