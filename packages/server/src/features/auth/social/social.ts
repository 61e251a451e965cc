import type { AuthKit } from '../kit.ts'
import type { SocialClient } from './create-social-client.ts'
import { socialErrors } from './errors.ts'
import type { SocialProvider } from './provider.ts'
import type { SocialSettings } from './social-options.ts'

/** What the routes of sign-in at providers work with. */
export interface Social {
  readonly kit: AuthKit
  readonly settings: SocialSettings
  readonly client: SocialClient
}

/** @throws social_unknown_provider */
export function requireProvider(name: string, { settings }: Social): SocialProvider {
  const provider = settings.providers.get(name)
  if (provider === undefined) throw socialErrors.unknown_provider({ details: { provider: name } })
  return provider
}

/** Where this application is reached. @throws social_misconfigured  when nobody has told. */
export function requireBaseUrl({ kit }: Social, provider: SocialProvider): string {
  const { baseUrl } = kit.context.surroundings
  if (baseUrl !== undefined) return baseUrl
  const cause = new Error('Providers send browsers back to an address: set BASE_URL.')
  throw socialErrors.misconfigured({ cause, details: { provider: provider.label } })
}

/** Where browsers go that come back and belong to no sign-in. */
export function homeOf({ kit }: Social): string {
  return kit.settings.pages ?? '/'
}
