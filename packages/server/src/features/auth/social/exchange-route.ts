import { choice, type FeatureRoute, route, text } from '../../../plugin.ts'
import { authErrors } from '../errors.ts'
import { findSecret } from '../secrets/secrets.ts'
import { askingBrowserOf, handleInput } from '../sessions/asking-browser.ts'
import { visitorOf } from '../sessions/visitor.ts'
import { signInOutput, transportInput } from '../sign-in/sign-in-answer.ts'
import type { AuthDb } from '../tables.ts'
import { arriveHere } from './arrive.ts'
import { requireSame } from './callback-routes.ts'
import { socialErrors } from './errors.ts'
import type { Identity } from './identity.ts'
import type { Social } from './social.ts'

/** Gives an app the token for the code it was opened with. */
export function exchangeRoute(social: Social): FeatureRoute {
  const { kit } = social
  const input = { code: text({ max: 100, private: true }), ...handleInput, device: transportInput.device }
  return route<typeof input, AuthDb>('POST', '/api/auth/social/exchange', {
    summary: 'Trade the code an app was opened with for a token',
    description: 'Needs the handle that the app got when it began. Where a provider is connected, the session as well.',
    input,
    output: {
      ...signInOutput,
      status: choice(['signed-in', 'second-factor-required', 'second-factor-enrolment-required', 'connected']),
    },
    hasSecret: true,
    async run(request) {
      const { code } = request.input
      const secret = await findSecret(kit.db, code, 'social-exchange', request.now)
      if (secret === undefined) throw authErrors.secret_invalid()
      const { identity, browser, accounts } = secret.data as unknown as Traded
      if (browser !== askingBrowserOf('social', request, kit)) throw socialErrors.state()
      const connectTo = secret.account === null ? undefined : await requireSame(secret.account, request, kit)
      const arrival = { identity, accounts, connectTo, visitor: visitorOf(request, kit) }
      const { error, ...answer } = await arriveHere(arrival, 'token', request, social, code)
      if (error !== undefined) throw error
      return answer
    },
  })
}

interface Traded {
  readonly identity: Identity
  readonly browser: string
  readonly accounts: string
}
