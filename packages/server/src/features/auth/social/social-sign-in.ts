import type { AuthPart } from '../kit.ts'
import { callbackRoute, postedCallbackRoute } from './callback-routes.ts'
import { createSocialClient } from './create-social-client.ts'
import { exchangeRoute } from './exchange-route.ts'
import { authIdentities } from './identities.ts'
import { disconnectRoute, listRoute } from './identity-routes.ts'
import { socialMails } from './mails.ts'
import type { Social } from './social.ts'
import { isSetUp, providersOf, socialSettingsFrom } from './social-options.ts'
import { providersRoute, startRoute } from './start-route.ts'

/** Signing in with accounts people have elsewhere. */
export const socialSignIn: AuthPart = {
  collections: [authIdentities],
  mails: Object.values(socialMails),
  routes(kit) {
    if (kit.options.social === undefined) return []
    const settings = socialSettingsFrom(kit.options.social)
    const social: Social = { kit, settings, client: createSocialClient({ fetch: kit.context.fetch }) }
    return [
      providersRoute(social),
      startRoute(social),
      callbackRoute(social),
      postedCallbackRoute(social),
      exchangeRoute(social),
      listRoute(social),
      disconnectRoute(social),
    ]
  },
  async greet(_url, { options: { social = [] }, context: { log } }) {
    for (const provider of providersOf(social))
      if (!isSetUp(provider)) log.warn({}, `Nobody signs in with ${provider.label}: its clientId is not set`)
    return undefined
  },
}
