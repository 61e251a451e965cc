import { choice, instant, list, object, type RouteAnswer, text } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { type NewSession, startSession } from '../sessions/sessions.ts'
import type { AuthDb } from '../tables.ts'

/** Members of the input of each way to sign in. */
export const transportInput = {
  transport: choice(['cookie', 'token'], {
    default: 'cookie',
    description: 'cookie: for browsers. token: the answer holds a token, for apps and services.',
  }),
  device: text({ max: 43, optional: true, private: true, description: 'What an earlier answer named this device.' }),
}

/** Members of the answer to each way to sign in. */
export const signInOutput = {
  status: choice(['signed-in', 'second-factor-required', 'second-factor-enrolment-required']),
  account: object({ id: text(), accounts: text(), email: text() }, { optional: true }),
  session: object({ id: text(), expiresAt: instant() }, { optional: true }),
  /** Where a token was asked for instead of a cookie. */
  token: text({ optional: true, description: 'To be sent as Authorization: Bearer. Only when transport is token.' }),
  device: text({
    optional: true,
    description: 'Names this device when it signs in again; keep it. With transport token only.',
  }),
  challenge: text({ optional: true, description: 'To be sent with the second factor.' }),
  factors: list(text(), { optional: true, description: 'The second factors that are set up.' }),
}

/** Starts a session and answers with it: as a cookie, or as a token. */
export async function sessionAnswer(db: AuthDb, wanted: NewSession, kit: AuthKit): Promise<RouteAnswer> {
  const { token, session } = await startSession(db, wanted, kit)
  const { account, transport } = wanted
  const body = {
    status: session.stage === 'enrol' ? 'second-factor-enrolment-required' : 'signed-in',
    account: { id: account.id, accounts: account.accounts, email: account.email },
    session: { id: session.id, expiresAt: session.expiresAt },
  }
  if (transport === 'token') return { body: { ...body, token } }
  const lifetimeMs = Date.parse(session.expiresAt) - Date.parse(wanted.now)
  return { body, cookies: [kit.cookies.write(kit.cookies.session, token, lifetimeMs)] }
}
