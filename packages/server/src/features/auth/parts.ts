import { managedAccounts } from './access/accounts/managed-accounts.ts'
import { impersonation } from './access/impersonation/impersonation.ts'
import { invitations } from './access/invitations/invitation-part.ts'
import { runTimeRoles } from './access/roles/run-time-roles.ts'
import { tenants } from './access/tenants/tenants.ts'
import { adoption } from './accounts/adopt-records.ts'
import { emailChange } from './accounts/change-email.ts'
import { passwordChange } from './accounts/change-password.ts'
import { accountDeletion } from './accounts/delete-account.ts'
import { registration } from './accounts/register.ts'
import { passwordReset } from './accounts/reset-password.ts'
import { emailVerification } from './accounts/verify-email.ts'
import { unlocking } from './defence/unlock.ts'
import { devices } from './devices/device-routes.ts'
import type { AuthPart } from './kit.ts'
import { firstAdministrator } from './manage/first-administrator.ts'
import { builtInPages } from './pages/pages.ts'
import { passkeys } from './passkeys/passkeys.ts'
import { passwordless } from './passwordless/passwordless.ts'
import { secondFactor } from './second-factor/second-factor-routes.ts'
import { totp } from './second-factor/totp-routes.ts'
import { sessionRoutes } from './sessions/session-routes.ts'
import { passwordSignIn } from './sign-in/password-sign-in.ts'
import { reauthentication } from './sign-in/reauthenticate.ts'
import { socialSignIn } from './social/social-sign-in.ts'
import { accountKeys } from './tokens/keys/keys.ts'
import { tokens } from './tokens/tokens.ts'

/** All that sign-in consists of. A new way to sign in is a folder and a line here. */
export const authParts: readonly AuthPart[] = [
  adoption,
  registration,
  emailVerification,
  passwordSignIn,
  reauthentication,
  secondFactor,
  totp,
  passkeys,
  sessionRoutes,
  passwordChange,
  passwordReset,
  emailChange,
  accountDeletion,
  unlocking,
  devices,
  firstAdministrator,
  passwordless,
  socialSignIn,
  tokens,
  accountKeys,
  managedAccounts,
  // Roles of a tenant bring permissions as well, so the tenant comes before them.
  tenants,
  runTimeRoles,
  impersonation,
  invitations,
  builtInPages,
]
