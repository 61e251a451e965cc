import { removeAll } from '../../remove-all.ts'
import type { AuthDb } from '../../tables.ts'

/** Ends what an administrator does as others: the session they did it from has ended. */
export async function endActing(db: AuthDb, administrator: string): Promise<void> {
  await removeAll(db['auth-sessions'], { impersonator: administrator })
}

/** Ends what somebody does as another, and what others do as them. */
export async function endImpersonations(db: AuthDb, account: string): Promise<void> {
  const where = { or: [{ impersonator: account }, { account, impersonator: { ne: null } }] } as never
  const { data } = await db['auth-sessions'].find({ where, limit: 10_000 })
  for (const { id } of data) await db['auth-sessions'].delete(id)
}
