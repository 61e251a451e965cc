import type { Model, Problems } from '../../../plugin.ts'
import type { AuthOptions } from '../options.ts'
import { isLibraryThere } from '../passkeys/load-library.ts'
import { authForm } from './auth-form.ts'
import { checkAccounts } from './check-accounts.ts'
import { checkRights } from './check-rights.ts'

/** Reports everything that is wrong with the options of `auth()`, each problem with its path: `auth.accounts[0].register`. */
export function checkAuthOptions(options: AuthOptions, model: Model, problems: Problems): void {
  authForm(options, 'auth', problems)
  const given: Partial<Record<keyof AuthOptions, unknown>> = { ...options }
  checkAccounts(given, model, problems)
  checkRights(given, model, problems)
  if (given.passkeys !== undefined && !isLibraryThere())
    problems.add('auth.passkeys', 'Install what passkeys need: npm install @simplewebauthn/server.')
}

/** Whether the options are written so that something can be made of them; what they name may be missing yet. */
export function isWellFormed(options: AuthOptions): boolean {
  const paths: string[] = []
  authForm(options, 'auth', { all: [], add: (path) => void paths.push(path) })
  return paths.length === 0
}
