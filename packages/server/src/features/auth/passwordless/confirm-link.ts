import { type FeatureRoute, route, text } from '../../../plugin.ts'
import { authErrors } from '../errors.ts'
import type { AuthKit } from '../kit.ts'
import { consumeSecret, findSecret } from '../secrets/secrets.ts'
import { askingBrowserOf, handleInput } from '../sessions/asking-browser.ts'
import { refuseOtherSites } from '../sessions/same-origin.ts'
import { signInOutput, transportInput } from '../sign-in/sign-in-answer.ts'
import type { AuthDb } from '../tables.ts'
import { passwordlessErrors } from './errors.ts'
import { signInAsked } from './sign-in-asked.ts'
import type { AskedData } from './way.ts'

export function confirmLinkRoute(kit: AuthKit): FeatureRoute {
  const input = { token: text({ max: 100, private: true }), ...handleInput, ...transportInput }
  return route<typeof input, AuthDb>('POST', '/api/auth/magic-link/confirm', {
    summary: 'Sign in by the token of a mail',
    description: 'Good in the browser or app that asked for it only; in another one it is refused and stays good.',
    input,
    output: signInOutput,
    hasSecret: true,
    async run(request) {
      const { token, transport } = request.input
      if (transport === 'cookie') refuseOtherSites(request.headers, kit.context.surroundings)
      const secret = await findSecret(kit.db, token, 'magic-link', request.now)
      if (secret === undefined) throw authErrors.secret_invalid()
      const { browser } = secret.data as unknown as AskedData
      if (browser !== askingBrowserOf('magic-link', request, kit)) throw passwordlessErrors.other_browser()
      return request.once(async (effects) => {
        const used = await consumeSecret(effects.db, token, 'magic-link', effects.now)
        return signInAsked('magic-link', used, request, effects, kit)
      })
    },
  })
}
