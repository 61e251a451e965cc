import { runAudit } from 'galley'
import { job } from '../collections.ts'
import { storeAudit } from './store-audit.ts'

/** What is wrong is in the log in the morning, and who listens to `store.audit-failed` is told. `galley audit store` shows it in full. */
export const auditNightly = job('store.audit', {
  description: 'Looks whether goods, money, coupons and gift cards add up.',
  schedule: '0 3 * * *',
  timeZone: 'Europe/Berlin',
  timeout: '1h',
  retry: { attempts: 2 },
  async run({ db, transaction, progress, signal, log }) {
    let violations = 0
    // Nobody waits for it: where it cannot be noted, the audit goes on.
    const onProgress = (done: number, total: number) => void progress((100 * done) / total).catch(() => {})
    for await (const { law, collection, record, message } of runAudit(storeAudit, { db, onProgress })) {
      signal.throwIfAborted()
      violations += 1
      log.error({ law, collection, record }, `The books are wrong: ${message}`)
    }
    if (violations > 0) await transaction(({ events }) => events.add('store.audit-failed', { violations }))
  },
})
