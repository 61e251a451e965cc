import type { AuthPart } from '../kit.ts'
import { managePasskeyRoutes } from './manage-routes.ts'
import { authPasskeys } from './passkey-table.ts'
import { proofRoutes } from './proof-routes.ts'
import { registrationRoutes } from './registration-routes.ts'
import { passkeySignInRoutes } from './sign-in-routes.ts'

/** Passkeys: as second factor, and as the only one. */
export const passkeys: AuthPart = {
  collections: [authPasskeys],
  routes: (kit) =>
    kit.options.passkeys === undefined
      ? []
      : [...registrationRoutes(kit), ...managePasskeyRoutes(kit), ...proofRoutes(kit), ...passkeySignInRoutes(kit)],
}
