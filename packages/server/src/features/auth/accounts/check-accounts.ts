import { authErrors } from '../errors.ts'
import type { AuthKit, AuthPart } from '../kit.ts'

/** Looks at the collections of accounts before anybody signs in. */
export const accountChecks: AuthPart = {
  started: async (kit) => {
    for (const { name } of kit.settings.accounts) checkCollection(name, kit)
  },
}

/** @throws auth_accounts_unfit */
function checkCollection(name: string, { context: { model } }: AuthKit): void {
  const fields = model.collections.get(name)?.fields
  if (fields === undefined)
    throw unfit(name, 'is not among the collections of the application. Add it to defineApp({ collections })')
  const email = fields.get('email')
  const isAddress = email?.type.shape.kind === 'text' && email.type.shape.format === 'email'
  if (!isAddress || email.isOptional || !email.isUnique)
    throw unfit(name, 'has no field email: email({ unique: true }), by which people sign in')
  // The database deletes such records by itself, and nothing would end their sessions.
  const cascading = [...fields.values()].find(
    ({ relation }) => relation?.kind === 'reference' && relation.onDelete === 'cascade',
  )
  if (cascading !== undefined)
    throw unfit(
      name,
      `has the field ${cascading.name}, whose deletion would delete accounts. Take another onDelete than cascade`,
    )
}

function unfit(accounts: string, problem: string) {
  return authErrors.accounts_unfit({ details: { accounts, problem } })
}
