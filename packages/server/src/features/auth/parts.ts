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
import { sessionRoutes } from './sessions/session-routes.ts'
import { passwordSignIn } from './sign-in/password-sign-in.ts'
import { reauthentication } from './sign-in/reauthenticate.ts'

/** All that sign-in consists of. A new way to sign in is a folder and a line here. */
export const authParts: readonly AuthPart[] = [
  registration,
  emailVerification,
  passwordSignIn,
  reauthentication,
  sessionRoutes,
  passwordChange,
  passwordReset,
  emailChange,
  accountDeletion,
  unlocking,
  devices,
  firstAdministrator,
]
