import {
  createUseNotes,
  type KnownActor,
  type MadeFromRows,
  type MaybePromise,
  type UseNotes,
} from '../../../plugin.ts'
import { onlyTenant } from '../access/tenants/memberships.ts'
import type { AuthKit } from '../kit.ts'
import { removeAll } from '../remove-all.ts'
import { hashToken, newToken } from '../secrets/token.ts'
import type { AuthAccount, AuthDb, AuthSession } from '../tables.ts'
import type { Visitor } from './visitor.ts'

/** Begins every session token that is sent as a bearer, so that scanners for leaked secrets recognize one. */
export const sessionMark = 'gls_'

export type Transport = 'cookie' | 'token'

export interface NewSession {
  readonly account: AuthAccount
  readonly transport: Transport
  readonly methods: readonly string[]
  readonly stage?: 'full' | 'enrol'
  readonly visitor: Visitor
  /** ISO 8601. */
  readonly now: string
  /** Default: the only one that the account is a member of. */
  readonly tenant?: string | null
  /** When a second factor was shown, ISO 8601. */
  readonly secondFactorAt?: string | null
  readonly impersonator?: string
  /** Default: the absolute limit of sessions. */
  readonly lifetimeMs?: number
}

export interface StartedSession {
  /** Given out now and never again: only its hash is stored. */
  readonly token: string
  readonly session: AuthSession
}

/** Signs an account in: a new token at each sign-in and at each rise of rights, never one that the visitor brought along. */
export async function startSession(db: AuthDb, wanted: NewSession, kit: AuthKit): Promise<StartedSession> {
  const { account, transport, methods, stage = 'full', visitor, now, lifetimeMs = kit.settings.absoluteMs } = wanted
  const token = sessionMark + newToken()
  const session = await db['auth-sessions'].create({
    account: account.id,
    hash: hashToken(token, 'session'),
    generation: account.generation,
    transport,
    methods: [...methods],
    stage,
    authenticatedAt: now,
    secondFactorAt: wanted.secondFactorAt ?? null,
    lastUsedAt: now,
    expiresAt: new Date(Date.parse(now) + lifetimeMs).toISOString(),
    userAgent: visitor.userAgent,
    address: visitor.address,
    tenant: wanted.tenant === undefined ? await onlyTenant(account.id, db, kit.options) : wanted.tenant,
    impersonator: wanted.impersonator ?? null,
  })
  return { token, session }
}

/** Ends the session that a browser had: its cookie is about to name another one. */
export async function endSession(db: AuthDb, token: string | undefined): Promise<void> {
  if (token === undefined) return
  const session = await db['auth-sessions'].first({ where: { hash: hashToken(token, 'session') } })
  if (session !== undefined) await db['auth-sessions'].delete(session.id)
}

/** Ends all sessions of an account but one. */
export async function endSessions(db: AuthDb, account: string, except?: string): Promise<number> {
  return removeAll(db['auth-sessions'], except === undefined ? { account } : { account, id: { ne: except } })
}

/** Who a session token stands for, from memory where nothing has changed. */
export interface SessionReader {
  /** Undefined when the token is worth nothing (any more). */
  actorOf(token: string): MaybePromise<KnownActor | undefined>
  /** Resolves when everything noted is stored. */
  finish(): Promise<void>
}

interface KnownSession {
  readonly session: AuthSession
  readonly actor: KnownActor
}

/** @param sources  further collections that actors are made from. */
export function createSessionReader(kit: AuthKit, sources: readonly string[]): SessionReader {
  const { context, settings } = kit
  const from = ['auth-sessions', 'auth-accounts', ...sources]
  // Signing out, a new password or role counts from the next request on, in every process.
  const known = context.remember<KnownSession>({ from, maxAgeSeconds: 0 })
  const uses = sessionUseNotes(kit)
  const use = (found: KnownSession | undefined): KnownActor | undefined => {
    const nowMs = context.clock.nowMs()
    if (found === undefined || !isAlive(found.session, nowMs, settings.idleMs)) return undefined
    uses.note(found.session, nowMs)
    return found.actor
  }

  return {
    actorOf(token) {
      const hash = hashToken(token, 'session')
      const found = known.get(hash, () => findSession(hash, kit))
      return found instanceof Promise ? found.then(use) : use(found)
    },
    finish: () => uses.finish(),
  }
}

function isAlive({ expiresAt, lastUsedAt }: AuthSession, nowMs: number, idleMs: number): boolean {
  return nowMs < Date.parse(expiresAt) && nowMs < Date.parse(lastUsedAt) + idleMs
}

function sessionUseNotes({ context: { log }, db }: AuthKit): UseNotes {
  return createUseNotes({
    store: (id, lastUsedAt) => db['auth-sessions'].updateIf(id, { lastUsedAt: { lt: lastUsedAt } }, { lastUsedAt }),
    onFailure: (error, session) => log.warn({ error, session }, 'The last use of a session could not be stored.'),
  })
}

async function findSession(hash: string, kit: AuthKit): Promise<MadeFromRows<KnownSession> | undefined> {
  const found = await kit.db['auth-sessions'].first({ where: { hash }, expand: { account: true } })
  const account = found?.account ?? null
  if (found === undefined || account === null || account.disabledAt !== null) return undefined
  const session = { ...found, account: account.id }
  if (account.generation !== session.generation) return undefined
  const { value: actor, rows } = await kit.actorFor(account, session)
  return {
    value: { session, actor },
    rows: [{ collection: 'auth-sessions', id: session.id }, { collection: 'auth-accounts', id: account.id }, ...rows],
  }
}
