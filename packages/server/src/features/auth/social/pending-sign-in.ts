import { createSealer, type RouteRequest } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { consumeSecret, findSecret, type NewSecret } from '../secrets/secrets.ts'
import { hashToken } from '../secrets/token.ts'
import { askingBrowserOf } from '../sessions/asking-browser.ts'
import type { Transport } from '../sessions/sessions.ts'
import type { AuthDb } from '../tables.ts'
import type { RememberedSignIn } from './create-social-client.ts'
import { socialErrors } from './errors.ts'

/** How long people may take at the provider. */
export const pendingMs = 10 * 60_000

/** A sign-in whose browser is at the provider. */
export interface PendingSignIn {
  readonly remembered: RememberedSignIn
  /** Of the one who began it: a browser by its cookie, an app by its handle. */
  readonly browser: string
  readonly transport: Transport
  readonly returnTo: string
  readonly accounts: string
  /** The account that the provider is to be connected to; null: somebody signs in. */
  readonly connectTo: string | null
}

/** One for each sign-in, so that two in two tabs do not end each other. */
export function pendingCookie(state: string): string {
  return `social-${hashToken(state, 'social-cookie').slice(0, 12)}`
}

/** Prepares it for the database; outside of a transaction, since the key may have to be made. */
export async function sealPending(pending: PendingSignIn, kit: AuthKit): Promise<Omit<NewSecret, 'now'>> {
  const { state } = pending.remembered
  const sealed = (await sealerOf(kit)).seal(JSON.stringify(pending), hashToken(state, 'social-owner'))
  const account = pending.connectTo
  return { purpose: 'social-state', token: state, account, data: { sealed }, lifetimeMs: pendingMs }
}

/**
 * Takes what was kept for a browser that comes back: once, and only the browser that went.
 *
 * @throws social_state
 */
export async function takePending(
  state: string,
  request: RouteRequest<object, AuthDb>,
  kit: AuthKit,
): Promise<PendingSignIn> {
  const secret = await findSecret(kit.db, state, 'social-state', request.now)
  if (secret === undefined) throw socialErrors.state()
  const { sealed } = secret.data as unknown as { sealed: string }
  const opened = (await sealerOf(kit)).open(sealed, hashToken(state, 'social-owner'))
  const pending = JSON.parse(opened.toString()) as PendingSignIn
  const { transport, browser } = pending
  // An app has its handle, not the browser it opened: the app shows it when it trades the code.
  if (transport === 'cookie' && browser !== askingBrowserOf(pendingCookie(state), withoutHandle(request), kit))
    throw socialErrors.state()
  try {
    await consumeSecret(kit.db, state, 'social-state', request.now)
  } catch (cause) {
    throw socialErrors.state({ cause })
  }
  return pending
}

function withoutHandle({ headers }: RouteRequest<object, AuthDb>) {
  return { headers, input: {} }
}

async function sealerOf({ context }: AuthKit) {
  return createSealer({ secret: await context.secret('auth.social'), purpose: 'social-state' })
}
