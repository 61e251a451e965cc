import { GalleyError } from '../../../plugin.ts'
import { addAccount } from '../account-hooks.ts'
import type { AuthKit, AuthPart } from '../kit.ts'
import { looseApiOf } from '../tables.ts'

/** Records that were there before the application had sign-in become accounts at the first start with it: without a password. */
export const adoption: AuthPart = {
  async started(kit) {
    for (const { name } of kit.settings.accounts) await adoptRecords(name, kit)
  },
}

const pageSize = 500

/** From then on each new record is an account, so that looking at the first is enough to know. */
async function adoptRecords(collection: string, kit: AuthKit): Promise<void> {
  const records = looseApiOf(collection, kit.db)
  const first = await records.first({ sort: 'id' })
  if (first === undefined || (await kit.db['auth-accounts'].findOne(first.id)) !== undefined) return
  await kit.context.transaction(async ({ db }) => {
    const all = looseApiOf(collection, db)
    let last = ''
    for (;;) {
      const where = last === '' ? {} : { id: { gt: last } }
      const { data } = await all.find({ where, sort: 'id', limit: pageSize })
      for (const { id, email } of data) await adopt(collection, { id, email }, db, kit)
      last = data.at(-1)?.id ?? ''
      if (data.length < pageSize) return
    }
  })
}

async function adopt(
  collection: string,
  record: { readonly id: string; readonly email: string },
  db: AuthKit['db'],
  { context: { log } }: AuthKit,
): Promise<void> {
  if ((await db['auth-accounts'].findOne(record.id)) !== undefined) return
  try {
    await addAccount(collection, record, db)
  } catch (error) {
    if (!(error instanceof GalleyError) || error.code !== 'auth_email_taken') throw error
    log.warn(
      { collection, id: record.id },
      'Another record has the same e-mail address but for its case: this one cannot be signed in to.',
    )
  }
}
