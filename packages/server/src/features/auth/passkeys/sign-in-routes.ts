import { clientKey, type FeatureRoute, GalleyError, json, type RouteRequest, route, text } from '../../../plugin.ts'
import { writeAudit } from '../audit.ts'
import { countAttempt } from '../defence/attempts.ts'
import type { AuthKit } from '../kit.ts'
import { hashToken, newToken } from '../secrets/token.ts'
import { refuseOtherSites } from '../sessions/same-origin.ts'
import { visitorOf } from '../sessions/visitor.ts'
import { completeSignIn } from '../sign-in/complete-sign-in.ts'
import { signInOutput, transportInput } from '../sign-in/sign-in-answer.ts'
import type { AuthDb } from '../tables.ts'
import { challengeMs, issueChallenge } from './challenges.ts'
import { passkeyErrors } from './errors.ts'
import { requestOptions, requestOptionsOutput } from './proof-routes.ts'
import { type ReadAssertion, readAssertion } from './read-assertion.ts'

/** Signing in by a passkey and nothing else: it says who it is, and finger, face or PIN are the second factor. */
export function passkeySignInRoutes(kit: AuthKit): readonly FeatureRoute[] {
  return [optionsRoute(kit), signInRoute(kit)]
}

function optionsRoute(kit: AuthKit): FeatureRoute {
  const input = { transport: transportInput.transport }
  return route<typeof input, AuthDb>('POST', '/api/auth/passkeys/sign-in/options', {
    summary: 'Begin to sign in by a passkey',
    description: 'Says nothing of any account. Good for five minutes, in the browser or app that asked.',
    input,
    output: {
      ...requestOptionsOutput,
      ticket: text({ optional: true, description: 'To be sent with the answer. Only when transport is token.' }),
    },
    hasSecret: true,
    async run(request) {
      const isCookie = request.input.transport === 'cookie'
      if (isCookie) refuseOtherSites(request.headers, kit.context.surroundings)
      await countBeginning(request, kit)
      const ticket = newToken()
      return request.once(async ({ db, now }) => {
        const binding = { use: 'sign-in', account: null, boundTo: boundToTicket(ticket) } as const
        const challenge = await issueChallenge(db, binding, now)
        const options = await requestOptions(challenge, { userVerification: 'required' }, kit)
        if (!isCookie) return { body: { options, ticket } }
        return { body: { options }, cookies: [kit.cookies.write(ticketCookie(kit), ticket, challengeMs)] }
      })
    },
  })
}

function signInRoute(kit: AuthKit): FeatureRoute {
  const input = {
    passkey: json({ private: true, description: 'What `navigator.credentials.get()` gave, as JSON.' }),
    ticket: text({ max: 43, optional: true, private: true, description: 'Of the options, where transport is token.' }),
    ...transportInput,
  }
  return route<typeof input, AuthDb>('POST', '/api/auth/passkeys/sign-in', {
    summary: 'Sign in by a passkey',
    description: 'Needs no e-mail address and no further factor.',
    input,
    output: signInOutput,
    hasSecret: true,
    async run(request) {
      const { transport } = request.input
      if (transport === 'cookie') refuseOtherSites(request.headers, kit.context.surroundings)
      return signIn(request, kit)
    },
  })
}

interface Given {
  readonly passkey: unknown
  readonly ticket: string | null
  readonly transport: 'cookie' | 'token'
  readonly device: string | null
}

async function signIn(request: RouteRequest<Given, AuthDb>, kit: AuthKit) {
  const { passkey: answer, transport } = request.input
  const visitor = visitorOf(request, kit)
  let read: ReadAssertion | undefined
  try {
    const binding = { use: 'sign-in', account: null, boundTo: boundToTicket(ticketOf(request, kit)) } as const
    const { passkey, use } = await readAssertion(answer, binding, request, kit)
    read = { passkey, use }
    return await request.once(async (effects) => {
      await use(effects)
      const account = await effects.db['auth-accounts'].get(passkey.account)
      const proof = { account, methods: ['passkey'], transport, visitor, isSecondFactorDone: true }
      return completeSignIn(proof, effects, kit)
    })
  } catch (error) {
    if (error instanceof GalleyError && refusals.includes(error.code)) {
      const account = read?.passkey.account ?? null
      const details = { methods: ['passkey'], code: error.code }
      await writeAudit(kit.db, { event: 'sign-in', account, isSuccess: false, visitor, details })
    }
    throw error
  }
}

const refusals: readonly string[] = [passkeyErrors.passkey_refused.code, passkeyErrors.passkey_copied.code]

/** Each makes a row, and without one nothing is looked at: two hundred in a quarter of an hour from one address. */
function countBeginning({ clientAddress }: Pick<RouteRequest, 'clientAddress'>, kit: AuthKit): Promise<void> {
  return countAttempt({ of: `passkey:${clientKey(clientAddress)}`, max: 200, windowMs: 15 * 60_000 }, kit)
}

/** The browser or app that asked: somebody else's answer signs nobody in here. */
function ticketOf({ input, headers }: RouteRequest<Given, AuthDb>, kit: AuthKit): string {
  return input.ticket ?? kit.cookies.read(headers.cookie, ticketCookie(kit)) ?? ''
}

function ticketCookie({ cookies }: AuthKit): string {
  return cookies.nameOf('passkey')
}

function boundToTicket(ticket: string): string {
  return hashToken(ticket, 'passkey-ticket')
}
