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
  const { providers, profile, appLinks = [] } = isList(options) ? { providers: options } : options
  const names = providers.map(({ name }) => name)
  const twice = names.find((name, position) => names.indexOf(name) !== position)
  if (twice !== undefined)
    throw new TypeError(`There are two providers called ${twice}. Give one of them another name.`)
  if (names.includes('exchange'))
    throw new TypeError('A provider cannot be called exchange: that is a path of its own.')
  const wrong = appLinks.find((link) => !isAppLink(link))
  if (wrong !== undefined)
    throw new TypeError(`The app link ${wrong} has to be a whole address such as example.shop://signed-in.`)
  const ready = providers.filter(({ clientId }) => clientId !== undefined)
  return { providers: new Map(ready.map((provider) => [provider.name, provider])), profile, appLinks }
}

function isList(options: SocialOptions | readonly SocialProvider[]): options is readonly SocialProvider[] {
  return Array.isArray(options)
}

/** Schemes that browsers run or read themselves open no app. */
function isAppLink(link: string): boolean {
  const protocol = URL.parse(link)?.protocol
  return protocol !== undefined && !/^(javascript|data|file|blob|vbscript|about|http):$/.test(protocol)
}
