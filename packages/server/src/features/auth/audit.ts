import type { Visitor } from './sessions/visitor.ts'
import type { AuthDb } from './tables.ts'

/** Something that matters for whoever has to find out later. */
export interface AuditEntry {
  /** `sign-in`, `password-changed`, … */
  readonly event: string
  readonly account?: string | null
  readonly by?: string | null
  readonly isSuccess?: boolean
  readonly visitor?: Pick<Visitor, 'address' | 'userAgent'>
  /** Never a secret. */
  readonly details?: object
}

/** Writes an entry of the audit, in the transaction of what it tells of. */
export async function writeAudit(db: AuthDb, entry: AuditEntry): Promise<void> {
  const { event, account = null, by = null, isSuccess = true, visitor, details = null } = entry
  await db['auth-events'].create({
    event,
    account,
    by,
    isSuccess,
    address: visitor?.address ?? null,
    userAgent: visitor?.userAgent ?? null,
    details: details as never,
  })
}
