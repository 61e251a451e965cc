import { registration } from './accounts/register.ts'
import { emailVerification } from './accounts/verify-email.ts'
import type { AuthPart } from './kit.ts'
import { sessionRoutes } from './sessions/session-routes.ts'
import { passwordSignIn } from './sign-in/password-sign-in.ts'

/** All that sign-in consists of. A new way to sign in is a folder and a line here. */
export const authParts: readonly AuthPart[] = [registration, emailVerification, passwordSignIn, sessionRoutes]
