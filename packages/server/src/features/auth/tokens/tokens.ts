import type { AuthKit, AuthPart } from '../kit.ts'
import { removeAll } from '../remove-all.ts'
import { type AccessTokens, createAccessTokens } from './access-token.ts'
import { authenticateToken } from './authenticate-token.ts'
import { jwksRoutes } from './jwks-routes.ts'
import { type JwtSettings, jwtSettings } from './jwt-options.ts'
import { tokenMails } from './mails.ts'
import { createSigningKeys, type SigningKeys } from './signing-keys.ts'
import { authSigningKeys, authTokenFamilies, familiesOf } from './tables.ts'
import { tokenRoutes } from './token-routes.ts'

/** Access tokens for services, which anybody can verify by the published keys. Off unless `jwt` is configured. */
export const tokens: AuthPart = {
  collections: [authTokenFamilies, authSigningKeys],
  mails: [tokenMails.tokensEnded],
  routes(kit) {
    const jwt = jwtOf(kit)
    return jwt === undefined ? [] : [...tokenRoutes(jwt, kit), ...jwksRoutes(jwt)]
  },
  authenticate(kit) {
    const jwt = jwtOf(kit)
    return jwt === undefined ? () => undefined : authenticateToken(jwt, kit)
  },
  async tidy(kit) {
    await removeAll(familiesOf(kit.db), { expiresAt: { lt: new Date(kit.context.clock.nowMs()).toISOString() } })
    await jwtOf(kit)?.keys.tidy()
  },
}

/** What giving out and verifying tokens takes. Made once for an application. */
export interface Jwt {
  readonly settings: JwtSettings
  readonly keys: SigningKeys
  readonly tokens: AccessTokens
}

const made = new WeakMap<AuthKit, Jwt>()

function jwtOf(kit: AuthKit): Jwt | undefined {
  const { jwt: options } = kit.options
  if (options === undefined) return undefined
  const known = made.get(kit)
  if (known !== undefined) return known
  const settings = jwtSettings(options, kit)
  const keys = createSigningKeys(kit, settings)
  const jwt = { settings, keys, tokens: createAccessTokens(keys, settings, kit.context.model.name) }
  made.set(kit, jwt)
  return jwt
}
