import { asSystem, type Hook, hook } from '../../plugin.ts'
import { authErrors } from './errors.ts'
import { loginOf } from './kit.ts'
import { endSessions } from './sessions/sessions.ts'
import type { AuthDb } from './tables.ts'

/** Keeps what signing in needs beside each record of a collection of accounts, whoever makes, changes or deletes the record. */
export function accountHooks(collection: string): readonly Hook[] {
  return [
    hook(collection, 'afterCreate', async ({ record, db }) => {
      const system = asSystem(db) as AuthDb
      const { id, email } = record
      await system['auth-accounts'].create({
        id,
        accounts: collection,
        login: loginOf({ name: collection }, email),
        email,
      } as never)
    }),
    hook(collection, 'beforeUpdate', ({ values, previous, actor }) => {
      const isOther = values.email !== undefined && values.email !== previous.email
      if (isOther && actor.kind !== 'system') throw authErrors.email_by_confirmation()
    }),
    hook(collection, 'afterUpdate', async ({ record, previous, db }) => {
      if (record.email === previous.email) return
      const { id, email } = record
      const changes = { login: loginOf({ name: collection }, email), email, emailVerifiedAt: null }
      await (asSystem(db) as AuthDb)['auth-accounts'].update(id, changes)
    }),
    hook(collection, 'afterDelete', async ({ record, db }) => {
      const system = asSystem(db) as AuthDb
      await endSessions(system, record.id)
      await system['auth-accounts'].delete(record.id)
    }),
  ]
}
