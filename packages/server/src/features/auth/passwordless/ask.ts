import { email, type FeatureRoute, route, text } from '../../../plugin.ts'
import { accountsInput } from '../accounts/accounts-input.ts'
import { captchaInput, requireCaptcha } from '../defence/captcha.ts'
import { countRequest } from '../defence/limits.ts'
import { type AuthKit, requireKind } from '../kit.ts'
import { handleOutput, newAskingBrowser } from '../sessions/asking-browser.ts'
import { refuseOtherSites } from '../sessions/same-origin.ts'
import { transportInput } from '../sign-in/sign-in-answer.ts'
import type { AuthDb } from '../tables.ts'
import { askedJob, askedMs, type Way } from './way.ts'

const summaries: Readonly<Record<Way, string>> = {
  'magic-link': 'Ask for a mail with a link to sign in',
  'one-time-code': 'Ask for a mail with a code to sign in',
}

export function askRoute(way: Way, kit: AuthKit): FeatureRoute {
  const input = {
    ...accountsInput(kit),
    email: email(),
    transport: transportInput.transport,
    ...captchaInput,
  }
  return route<typeof input, AuthDb>('POST', `/api/auth/${way}`, {
    summary: summaries[way],
    description:
      'Answers the same, and as fast, whether there is such an account. What is sent is good for ten minutes, in this browser or app only.',
    input,
    output: { status: text(), ...handleOutput },
    status: 202,
    hasSecret: true,
    async run(request) {
      const { accounts, email, transport } = request.input
      if (transport === 'cookie') refuseOtherSites(request.headers, kit.context.surroundings)
      const { name } = requireKind(accounts, kit)
      await countRequest(way, request.clientAddress, kit)
      await requireCaptcha('magic-link', request, kit)
      const browser = newAskingBrowser(way, transport, askedMs, kit)
      return request.once(async ({ jobs }) => {
        await jobs.add(askedJob, { way, accounts: name, email, browser: browser.hash })
        return browser.keep({ body: { status: 'check-your-mail' } })
      })
    },
  })
}
