import { type Duration, durationMs } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import { tokenErrors } from './errors.ts'

/** Access tokens that other services check by themselves (RFC 9068). */
export interface JwtOptions {
  /** Who the tokens are for, as the services that take them compare it: `https://api.shop.example`. */
  readonly audience: string
  /** Who gives them out. Default: the address the application is reached at. */
  readonly issuer?: string
  /** How long an access token is good, and so how long another service may not notice that its owner is disabled. Default `10m`, at most `1h`. */
  readonly lifetime?: Duration
  /** How long a refresh token is good that nobody uses; all of one sign-in end with `sessions.absolute`. Default `30d`. */
  readonly refreshLifetime?: Duration
  /** Default `EdDSA` (Ed25519). `ES256` for services that do not know it. */
  readonly algorithm?: SigningAlgorithm
  /** How often there is a new key to sign with. Default `30d`, at least `1d`. */
  readonly rotateEvery?: Duration
}

export type SigningAlgorithm = 'EdDSA' | 'ES256'

/** The options with every default filled in; times in milliseconds. */
export interface JwtSettings {
  readonly audience: string
  readonly issuer: string
  readonly lifetimeMs: number
  readonly refreshMs: number
  readonly algorithm: SigningAlgorithm
  readonly rotateMs: number
}

/** @throws auth_issuer_missing */
export function jwtSettings(options: JwtOptions, { context }: AuthKit): JwtSettings {
  const issuer = options.issuer ?? context.surroundings.baseUrl
  if (issuer === undefined) throw tokenErrors.issuer_missing()
  return Object.freeze({
    audience: options.audience,
    issuer,
    lifetimeMs: durationMs(options.lifetime ?? '10m')!,
    refreshMs: durationMs(options.refreshLifetime ?? '30d')!,
    algorithm: options.algorithm ?? 'EdDSA',
    rotateMs: durationMs(options.rotateEvery ?? '30d')!,
  })
}
