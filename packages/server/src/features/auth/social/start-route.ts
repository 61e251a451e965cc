import { boolean, clientKey, type FeatureRoute, list, object, type RouteRequest, route, text } from '../../../plugin.ts'
import { accountsInput } from '../accounts/accounts-input.ts'
import { countAttempt } from '../defence/attempts.ts'
import { requireKind } from '../kit.ts'
import { issueSecret } from '../secrets/secrets.ts'
import { handleOutput, newAskingBrowser } from '../sessions/asking-browser.ts'
import { requireSession } from '../sessions/require-session.ts'
import { refuseOtherSites } from '../sessions/same-origin.ts'
import type { Transport } from '../sessions/sessions.ts'
import { requireRecent } from '../sign-in/recent.ts'
import { transportInput } from '../sign-in/sign-in-answer.ts'
import type { AuthDb } from '../tables.ts'
import { socialErrors } from './errors.ts'
import { pendingCookie, pendingMs, sealPending } from './pending-sign-in.ts'
import { safeReturnTo } from './return-to.ts'
import { homeOf, requireBaseUrl, requireProvider, type Social } from './social.ts'

/** The providers that people can sign in with. */
export function providersRoute({ settings }: Social): FeatureRoute {
  return route('GET', '/api/auth/social', {
    summary: 'Providers to sign in with',
    output: { data: list(object({ name: text(), label: text() })) },
    async run() {
      return { body: { data: [...settings.providers.values()].map(({ name, label }) => ({ name, label })) } }
    },
  })
}

/** Sends a browser to a provider. */
export function startRoute(social: Social): FeatureRoute {
  const { kit } = social
  const input = {
    ...accountsInput(kit),
    transport: transportInput.transport,
    returnTo: text({
      max: 2_000,
      optional: true,
      description:
        'Where the browser goes afterwards: a path, or an address of a page of the application; for apps, one of their links.',
    }),
    link: boolean({
      default: false,
      description: 'Connects the provider to the account that is signed in. Needs a sign-in of the last ten minutes.',
    }),
  }
  return route<typeof input, AuthDb>('POST', '/api/auth/social/:provider', {
    summary: 'Begin to sign in with an account of a provider',
    description:
      'Answers the address at the provider that the browser has to go to. It comes back to returnTo: signed in, or with the code of an error in the query (error).',
    input,
    output: { url: text(), ...handleOutput },
    hasSecret: true,
    async run(request) {
      const { accounts, transport } = request.input
      if (transport === 'cookie') refuseOtherSites(request.headers, kit.context.surroundings)
      const provider = requireProvider(request.params.provider!, social)
      const { name } = requireKind(accounts, kit)
      const baseUrl = requireBaseUrl(social, provider)
      const returnTo = requireReturnTo(request.input, baseUrl, social)
      const connectTo = request.input.link ? await requireOwner(request, name, social) : null
      await countAttempt(
        { of: `request:social:${clientKey(request.clientAddress)}`, max: 300, windowMs: 3_600_000 },
        kit,
      )
      const redirectUri = `${baseUrl}/api/auth/social/${provider.name}/callback`
      const { url, remembered } = await social.client.startSignIn(provider, { redirectUri })
      const what = transport === 'cookie' ? pendingCookie(remembered.state) : 'social'
      const browser = newAskingBrowser(what, transport, pendingMs, kit)
      const pending = { remembered, browser: browser.hash, transport, returnTo, accounts: name, connectTo }
      const secret = await sealPending(pending, kit)
      return request.once(async ({ db, now }) => {
        await issueSecret(db, { ...secret, now })
        return browser.keep({ body: { url } })
      })
    },
  })
}

/** @throws social_return_to */
function requireReturnTo(
  { transport, returnTo }: { readonly transport: Transport; readonly returnTo: string | null },
  baseUrl: string,
  social: Social,
): string {
  const { appLinks } = social.settings
  if (transport === 'token') {
    const link = returnTo ?? appLinks[0]
    if (link === undefined || !appLinks.includes(link)) throw socialErrors.return_to()
    return link
  }
  if (returnTo === null) return homeOf(social)
  const safe = safeReturnTo(returnTo, { baseUrl, pages: social.kit.settings.pages })
  if (safe === undefined) throw socialErrors.return_to()
  return safe
}

/** @throws auth_sign_in_required, auth_reauthentication_required */
async function requireOwner(request: RouteRequest<object, AuthDb>, accounts: string, { kit }: Social): Promise<string> {
  const { session, account } = await requireSession(request, kit)
  requireRecent(session, request.now)
  if (account.accounts !== accounts) throw socialErrors.state()
  return account.id
}
