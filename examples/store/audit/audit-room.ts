import type { Room } from '../room.ts'
import { auditNightly } from './audit-nightly.ts'
import { storeAudit } from './store-audit.ts'

/** What is looked after whoever did it, for the application to sum up. */
export const auditRoom: Room = { audits: [storeAudit], jobs: [auditNightly] }
