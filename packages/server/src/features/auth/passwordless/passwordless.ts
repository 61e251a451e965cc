import { job } from '../../../plugin.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { askRoute } from './ask.ts'
import { confirmCodeRoute } from './confirm-code.ts'
import { confirmLinkRoute } from './confirm-link.ts'
import { passwordlessMails } from './mails.ts'
import { sendAsked } from './send-asked.ts'
import { askedInput, askedJob } from './way.ts'

/** Signing in by a link or a code that is sent by mail, in the browser that asked for it. */
export const passwordless: AuthPart = {
  mails: Object.values(passwordlessMails),
  routes(kit: AuthKit) {
    const { magicLink = false, code = false } = kit.options.passwordless ?? {}
    return [
      ...(magicLink ? [askRoute('magic-link', kit), confirmLinkRoute(kit)] : []),
      ...(code ? [askRoute('one-time-code', kit), confirmCodeRoute(kit)] : []),
    ]
  },
  jobs: (kit) => [job(askedJob, { input: askedInput, run: ({ input }) => sendAsked(input, kit) })],
}
