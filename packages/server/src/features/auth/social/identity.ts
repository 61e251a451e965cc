/** What a provider says of somebody. */
export interface Profile {
  /** Never changes, unlike an address: the number of the account at the provider. */
  readonly subject: string
  readonly email?: string | undefined
  /** Whether the provider says that it has seen mail arrive there. */
  readonly isEmailVerified: boolean
  readonly name?: string | undefined
  /** An `https:` address. */
  readonly picture?: string | undefined
}

/** Somebody, as a provider knows them. An account here is found by `issuer` and `subject` together, by nothing else. */
export interface Identity extends Profile {
  /** The name of the provider in this application: `google`. */
  readonly provider: string
  /** Who vouches: `https://accounts.google.com`; of Microsoft, one for each tenant. */
  readonly issuer: string
}

/** Takes of a profile what can be used. Undefined: it does not say who it is. */
export function identityFrom(provider: string, issuer: string, profile: Profile): Identity | undefined {
  const subject = String(profile.subject ?? '')
  if (subject === '' || subject.length > 255) return undefined
  const email = usableEmail(profile.email)
  const name = usableName(profile.name)
  const picture = usablePicture(profile.picture)
  return Object.freeze({
    provider,
    issuer,
    subject,
    isEmailVerified: email !== undefined && profile.isEmailVerified,
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
    ...(picture === undefined ? {} : { picture }),
  })
}

function usableEmail(email: unknown): string | undefined {
  return typeof email === 'string' && email.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(email) ? email : undefined
}

function usableName(name: unknown): string | undefined {
  const plain = typeof name === 'string' ? name.replace(/\p{Cc}+/gu, ' ').trim() : ''
  return plain === '' ? undefined : plain.slice(0, 200)
}

function usablePicture(picture: unknown): string | undefined {
  const isUsable = typeof picture === 'string' && picture.length <= 2_000 && URL.parse(picture)?.protocol === 'https:'
  return isUsable ? picture : undefined
}
