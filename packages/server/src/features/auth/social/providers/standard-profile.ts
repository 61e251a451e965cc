import type { Profile } from '../identity.ts'
import type { Claims } from '../provider.ts'

/** The standard claims of OpenID Connect. */
export function standardProfile(claims: Claims): Profile {
  return {
    subject: claims.sub,
    email: claims.email as string | undefined,
    isEmailVerified: isTrue(claims.email_verified),
    name: claims.name as string | undefined,
    picture: claims.picture as string | undefined,
  }
}

/** Some send it as text. */
function isTrue(claim: unknown): boolean {
  return claim === true || claim === 'true'
}
