import type { Identity } from './identity.ts'
import type { SocialProvider } from './provider.ts'

/** Signing in with accounts people have elsewhere. A list of providers is enough for most applications. */
export interface SocialOptions {
  readonly providers: readonly SocialProvider[]
  /**
   * What a new account has of what the provider told. Default: `name`, where the collection has it and people may fill it in.
   *
   * The address is not part of it. What it gives is written as the system: let through only what you mean.
   */
  readonly profile?: (identity: Identity) => Readonly<Record<string, unknown>>
  /** Where apps are opened again, as a whole: `example.shop://signed-in`. Default none. */
  readonly appLinks?: readonly string[]
}

/** The options with every default filled in. */
export interface SocialSettings {
  /** Those that are set up, by name. */
  readonly providers: ReadonlyMap<string, SocialProvider>
  readonly profile: SocialOptions['profile']
  readonly appLinks: readonly string[]
}

export function socialSettingsFrom(options: SocialOptions | readonly SocialProvider[] = []): SocialSettings {
  const { profile, appLinks = [] } = isList(options) ? {} : options
  const ready = providersOf(options).filter(isSetUp)
  return { providers: new Map(ready.map((provider) => [provider.name, provider])), profile, appLinks }
}

/** All, also those that are not set up. */
export function providersOf(options: SocialOptions | readonly SocialProvider[]): readonly SocialProvider[] {
  return isList(options) ? options : options.providers
}

/** An empty variable of the environment counts as one that is not set. */
export function isSetUp({ clientId }: SocialProvider): boolean {
  return clientId !== undefined && clientId !== ''
}

function isList(options: SocialOptions | readonly SocialProvider[]): options is readonly SocialProvider[] {
  return Array.isArray(options)
}

/** Schemes that browsers run or read themselves open no app. */
export function isAppLink(link: string): boolean {
  const protocol = URL.parse(link)?.protocol
  return protocol !== undefined && !/^(javascript|data|file|blob|vbscript|about|http):$/.test(protocol)
}
