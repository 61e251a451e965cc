import { checkOptions, isObject, type Problems } from '../../../plugin.ts'
import type { OAuthProvider, OpenIdProvider } from '../social/provider.ts'
import { isAppLink, type SocialOptions } from '../social/social-options.ts'
import { callable, type Form, listOf, members, names } from './forms.ts'

/** A list of providers, or options with one. */
export const socialForm: Form = (value, path, problems) => {
  if (Array.isArray(value)) return providers(value, path, problems)
  if (!isObject(value) || isProvider(value)) return problems.add(path, `Write a list: ${example}.`)
  socialMembers(value, path, problems)
}

const example = 'social: [google({ clientId, clientSecret })], with google of galley/auth'

const providers: Form = (value, path, problems) => {
  listOf(provider, '[google({ clientId, clientSecret })]')(value, path, problems)
  if (Array.isArray(value)) checkNames(value.filter(isProvider), path, problems)
}

const socialMembers = members<SocialOptions>(
  '[google({ clientId, clientSecret })]',
  {
    providers,
    profile: callable('({ name }) => ({ name })'),
    appLinks: (value, path, problems) => {
      names('example.shop://signed-in')(value, path, problems)
      for (const [position, link] of Array.isArray(value) ? value.entries() : [])
        if (typeof link === 'string' && !isAppLink(link))
          problems.add(`${path}[${position}]`, `${link} is no whole address. Write it as example.shop://signed-in.`)
    },
  },
  { providers: 'Say who people have accounts with: providers: [google({ clientId, clientSecret })].' },
)

const provider: Form = (value, path, problems) => {
  if (!isProvider(value)) return problems.add(path, noProvider(value))
  checkOptions(value, Object.keys(providerMembers[value.kind]), path, problems)
  checkClient(value, path, problems)
}

function noProvider(value: unknown): string {
  const name = typeof value === 'string' && /^[a-z]+$/.test(value) ? value : 'google'
  return `It is no provider. Write ${name}({ clientId, clientSecret }), from galley/auth.`
}

/** Values are not told here: they are secrets. */
function checkClient({ label, ...client }: Provider, path: string, problems: Problems): void {
  const { clientId, clientSecret, registration, clientAuthentication } = client
  if (clientId !== undefined && typeof clientId !== 'string')
    problems.add(`${path}.clientId`, `It is no text. Write the client id that ${label} gave you. ${registration}`)
  if (!['undefined', 'string', 'function'].includes(typeof clientSecret))
    problems.add(`${path}.clientSecret`, `It is no text. Write the secret that ${label} gave you. ${registration}`)
  // Whoever sends the secret in the body has one; only other providers know public clients.
  const lacksSecret = clientId && !clientSecret && clientAuthentication === 'post'
  if (lacksSecret)
    problems.add(`${path}.clientSecret`, `${label} needs it beside the clientId, and it is not set. ${registration}`)
}

function checkNames(known: readonly Provider[], path: string, problems: Problems): void {
  for (const [position, { name }] of known.entries()) {
    const at = `${path}[${position}].name`
    if (name === 'exchange')
      problems.add(at, 'A provider cannot be called exchange: that is a path of its own. Rename it.')
    if (known.findIndex((other) => other.name === name) < position)
      problems.add(at, `There are two providers called ${name}. Give one of them another name.`)
  }
}

type Provider = OpenIdProvider | OAuthProvider

function isProvider(value: unknown): value is Provider {
  return isObject(value) && (value.kind === 'openid' || value.kind === 'oauth')
}

const facts = {
  kind: true,
  name: true,
  label: true,
  registration: true,
  clientId: true,
  clientSecret: true,
  clientAuthentication: true,
  scopes: true,
  parameters: true,
  issuer: true,
  profile: true,
} as const

const providerMembers = {
  openid: { ...facts, responseMode: true, isWelcome: true } satisfies Record<keyof OpenIdProvider, true>,
  oauth: { ...facts, authorizationEndpoint: true, tokenEndpoint: true } satisfies Record<keyof OAuthProvider, true>,
} as const
