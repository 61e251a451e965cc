import type { AuthDb } from '../../tables.ts'

/** Ends what somebody does as another, and what others do as them. */
export async function endImpersonations(db: AuthDb, account: string): Promise<void> {
  const where = { or: [{ impersonator: account }, { account, impersonator: { ne: null } }] } as never
  const { data } = await db['auth-sessions'].find({ where, limit: 10_000 })
  for (const { id } of data) await db['auth-sessions'].delete(id)
}
