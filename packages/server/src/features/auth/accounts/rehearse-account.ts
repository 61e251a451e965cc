import { newId } from '../../../plugin.ts'
import type { AuthKit } from '../kit.ts'
import type { AccountKind } from '../options.ts'
import { createAccount, type NewAccount } from './create-account.ts'

/**
 * Makes an account of another address at the same host, and undoes it: what speaks against the record is known then, and is the same
 * whether the real address has an account or not.
 *
 * @returns the error; undefined when nothing speaks against it.
 */
export async function rehearseAccount(given: NewAccount, kind: AccountKind, kit: AuthKit): Promise<unknown> {
  const email = `${newId()}${given.email.slice(given.email.lastIndexOf('@'))}`
  try {
    await kit.context.transaction(async ({ db, now }) => {
      await createAccount({ ...given, email }, kind, { db, now })
      throw new Undone()
    })
  } catch (error) {
    return error instanceof Undone ? undefined : error
  }
}

class Undone extends Error {}
