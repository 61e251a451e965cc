/** What applications import to have people sign in: `galley/auth`. */
export { auth } from './auth.ts'
export type { AccountsOptions, AuthOptions } from './options.ts'
export type { Identity, Profile } from './social/identity.ts'
export type { OAuthProvider, OpenIdProvider, SocialProvider } from './social/provider.ts'
export * from './social/providers/index.ts'
export type { JwtOptions } from './tokens/jwt-options.ts'
export type { AccountKeyOptions } from './tokens/keys/key-options.ts'
