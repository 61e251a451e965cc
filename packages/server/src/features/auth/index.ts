/** What applications import to have people sign in: `galley/auth`. */
export { auth } from './auth.ts'
export type { AccountsOptions, AuthOptions } from './options.ts'
