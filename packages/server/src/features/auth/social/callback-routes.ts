import { type FeatureRoute, GalleyError, type RouteAnswer, type RouteRequest, route, text } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { issueSecret } from '../secrets/secrets.ts'
import { requireSession } from '../sessions/require-session.ts'
import { visitorOf } from '../sessions/visitor.ts'
import type { AuthAccount, AuthDb } from '../tables.ts'
import { arriveHere } from './arrive.ts'
import { socialErrors } from './errors.ts'
import type { Identity } from './identity.ts'
import { type PendingSignIn, pendingCookie, takePending } from './pending-sign-in.ts'
import { withFragment, withQuery } from './return-to.ts'
import { homeOf, requireProvider, type Social } from './social.ts'

const path = '/api/auth/social/:provider/callback'

/** What providers send along that is of use; anything else is left out. */
const input = {
  state: text({ max: 500, optional: true, private: true }),
  code: text({ max: 4_000, optional: true, private: true }),
  iss: text({ max: 500, optional: true }),
  user: text({ max: 2_000, optional: true }),
  error: text({ max: 200, optional: true }),
}

type Callback = { readonly [Name in keyof typeof input]: string | null }

/** Where a provider sends the browser back. */
export function callbackRoute(social: Social): FeatureRoute {
  return route<typeof input, AuthDb>('GET', path, {
    input,
    status: 303,
    isFromElsewhere: true,
    hasSecret: true,
    // Looking does not use it up.
    run: async (request) => (request.method === 'HEAD' ? { status: 204 } : comeBack(request, social)),
  })
}

/** Some providers have the browser post a form (Apple). No cookie comes with that; with the request it is sent on to they do. */
export function postedCallbackRoute(social: Social): FeatureRoute {
  return route<typeof input, AuthDb>('POST', path, {
    input,
    status: 303,
    isFromElsewhere: true,
    async run({ input, params }) {
      const { name } = requireProvider(params.provider!, social)
      return { headers: { Location: `/api/auth/social/${name}/callback?${given(input)}` } }
    },
  })
}

/** How long an app has to trade the code. */
const exchangeMs = 2 * 60_000

async function comeBack(request: RouteRequest<Callback, AuthDb>, social: Social): Promise<RouteAnswer> {
  let returnTo = homeOf(social)
  try {
    const provider = requireProvider(request.params.provider!, social)
    const pending = await takePending(request.input.state ?? '', request, social.kit)
    returnTo = pending.returnTo
    const identity = await social.client.finishSignIn(provider, given(request.input), pending.remembered)
    return await (pending.transport === 'token'
      ? handOver(identity, pending, request)
      : enter(identity, pending, request, social))
  } catch (error) {
    return { headers: { Location: withQuery(returnTo, { error: codeOf(error, social.kit) }) } }
  }
}

function given(callback: Callback): URLSearchParams {
  return new URLSearchParams(Object.entries(callback).filter((entry): entry is [string, string] => entry[1] !== null))
}

/** The app that began trades a code for what it asked: whoever else gets the code has no handle. */
function handOver(
  identity: Identity,
  { browser, accounts, connectTo, returnTo }: PendingSignIn,
  request: RouteRequest<Callback, AuthDb>,
): Promise<RouteAnswer> {
  return request.once(async ({ db, now }) => {
    const data = { identity, browser, accounts }
    const wanted = { purpose: 'social-exchange', account: connectTo, data, now, lifetimeMs: exchangeMs } as const
    const code = await issueSecret(db, wanted)
    return { headers: { Location: withQuery(returnTo, { code }) } }
  })
}

async function enter(
  identity: Identity,
  { accounts, connectTo: id, returnTo, remembered }: PendingSignIn,
  request: RouteRequest<Callback, AuthDb>,
  social: Social,
): Promise<RouteAnswer> {
  const { kit } = social
  const connectTo = id === null ? undefined : await requireSame(id, request, kit)
  const arrival = { identity, accounts, connectTo, visitor: visitorOf(request, kit) }
  const { body, cookies = [], error } = await arriveHere(arrival, 'cookie', request, social)
  const done = [...cookies, kit.cookies.remove(kit.cookies.nameOf(pendingCookie(remembered.state)))]
  if (error !== undefined) return { headers: { Location: withQuery(returnTo, { error: error.code }) }, cookies: done }
  return { headers: { Location: placeAfter(returnTo, body) }, cookies: done }
}

/** Whoever wanted to connect the provider is still signed in. @throws social_state */
export async function requireSame(
  id: string,
  request: Pick<RouteRequest, 'actor'>,
  kit: AuthKit,
): Promise<AuthAccount> {
  const { account } = await requireSession(request, kit)
  if (account.id !== id) throw socialErrors.state()
  return account
}

/** The page asks for the second factor, where one is wanted. */
function placeAfter(returnTo: string, body: object | undefined): string {
  const { status, challenge, factors } = (body ?? {}) as SignedIn
  if (status !== 'second-factor-required') return returnTo
  return withFragment(returnTo, { status, challenge: challenge!, factors: factors!.join(',') })
}

interface SignedIn {
  readonly status?: string
  readonly challenge?: string
  readonly factors?: readonly string[]
}

/** What went wrong, as a code: the words of the provider are for the log. */
function codeOf(error: unknown, { context }: AuthKit): string {
  const known = error instanceof GalleyError ? error : undefined
  const isOurs = known === undefined || known.category === 'internal' || known.category === 'unavailable'
  context.log[isOurs ? 'error' : 'info']({ err: error }, 'A sign-in with a provider did not succeed.')
  return known?.code ?? 'http_internal'
}
