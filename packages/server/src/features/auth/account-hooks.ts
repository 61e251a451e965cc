import { asSystem, GalleyError, type Hook, hook } from '../../plugin.ts'
import { authErrors } from './errors.ts'
import { loginOf } from './kit.ts'
import { endedBy } from './secrets/purposes.ts'
import { revokeSecrets } from './secrets/secrets.ts'
import { endSessions } from './sessions/sessions.ts'
import type { AuthDb } from './tables.ts'

/** Keeps what signing in needs beside each record of a collection of accounts, whoever makes, changes or deletes the record. */
export function accountHooks(collection: string): readonly Hook[] {
  return [
    hook(collection, 'afterCreate', ({ record, db }) => addAccount(collection, record, asSystem(db))),
    hook(collection, 'beforeUpdate', ({ values, previous, actor }) => {
      const isOther = values.email !== undefined && values.email !== previous.email
      if (isOther && actor.kind !== 'system') throw authErrors.email_by_confirmation()
    }),
    hook(collection, 'afterUpdate', async ({ record, previous, db }) => {
      if (record.email === previous.email) return
      const { id, email } = record
      const changes = { login: loginOf({ name: collection }, email), email, emailVerifiedAt: null }
      const system = asSystem(db) as AuthDb
      await orTaken(() => system['auth-accounts'].update(id, changes))
      await revokeSecrets(system, id, endedBy('other-address'))
    }),
    hook(collection, 'afterDelete', async ({ record, db }) => {
      const system = asSystem(db) as AuthDb
      await endSessions(system, record.id)
      await system['auth-accounts'].delete(record.id)
    }),
  ]
}

/**
 * Adds what signing in needs to a record.
 *
 * @throws auth_email_taken  when another account has the address, in whatever case.
 */
export async function addAccount(
  collection: string,
  { id, email }: { readonly id: string; readonly email: string },
  db: AuthDb,
): Promise<void> {
  const login = loginOf({ name: collection }, email)
  await orTaken(() => db['auth-accounts'].create({ id, accounts: collection, login, email } as never))
}

async function orTaken(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof GalleyError && error.category === 'conflict') throw authErrors.email_taken({ cause: error })
    throw error
  }
}
